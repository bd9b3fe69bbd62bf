/* SPDX-License-Identifier: GPL-2.0 */
#include "tests/unit/unit.h"
#include "base/cpus.h"
#include "netns/topology.h"
#include "workloads/calls.h"
#include "workloads/workload.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static void test_table(void **state)
{
    struct error error = {0};

    (void)state;
    assert_int_equal(workload_table_check(&error), 0);
    assert_non_null(workload_table[0]);
}

/* Every workload's default topology exists. */
static void test_topologies(void **state)
{
    (void)state;
    for (size_t i = 0; workload_table[i]; i++) {
        struct topology topology = {0};

        assert_int_equal(topology_parse(&topology, workload_table[i]->default_topology, NULL), 0);
        topology_free(&topology);
    }
}

static void refuses(const char *text, const char *part)
{
    struct workload workload;
    struct error error = {0};

    assert_int_equal(workload_parse(&workload, text, &error), -EINVAL);
    assert_int_equal(error.status, EXIT_USAGE);
    if (!strstr(error.message, part))
        fail_msg("%s: \"%s\" is not in: %s", text, part, error.message);
    workload_free(&workload);
}

static void test_mistakes(void **state)
{
    (void)state;
    refuses("", "no name");
    refuses("upd_rr", "did you mean \"udp_rr\"?");
    refuses("udp_rr,sise=1", "did you mean \"size\"?");
    refuses("udp_rr,size=7", "8 to 65487 bytes");
    refuses("udp_rr,size=64KiB", "8 to 65487 bytes");
    refuses("udp_rr,size=5ms", "8 to 65487 bytes");
    refuses("udp_rr,size=8.5", "8 to 65487 bytes");
    refuses("udp_rr,rate=10k/s", "needs mode=open");
    refuses("udp_rr,mode=open,rate=100%", "below 100%");
    refuses("udp_rr,mode=open,rate=0/s", "rate=0/s is not possible");
    refuses("udp_rr,mode=open,rate=1.1M/s", "up to 1M/s");
    refuses("udp_rr,mode=open,rate=5ms", "rate=5ms is not possible");
    refuses("udp_rr,cpus=0:0:0", "CLIENT:SERVER");
    refuses("udp_rr,cpus=x", "CLIENT:SERVER");
    refuses("udp_rr,cpus=1023", "CPU 1023 is not among");
    refuses("tcp_rr,cpus=-1", "CPU -1 is not among");
    refuses("tcp_crr,size=0", "1 to 65536 bytes");
    refuses("syscall,call=gitpid", "did you mean \"getpid\"?");
    refuses("syscall,cpu=1023", "CPU 1023 is not among");
    refuses("syscall,cpu=0:0", "cpu=0:0 is not possible");
    refuses("syscall,reference=maybe", "reference=maybe");
    refuses("tcp_crr,rate=1k/s", "needs mode=open");
    refuses("tcp_stream,size=5MiB", "1 to 4194304 bytes");
    refuses("udp_flood,batch=65", "batch=65");
    refuses("udp_flood,gso=on,size=40000", "leaves room for one only");
    refuses("page_fault,pages=1", "pages=1");
    refuses("files,size=17MiB", "16777216 bytes");
    refuses("fork_exec,program=true", "can't be executed");
    refuses("iperf3,bandwidth=fast", "write bits per second");
    refuses("iperf3,proto=udp,length=8", "16 to 65487 bytes");
    refuses("http,rate=50%", "write requests per second");
    refuses("http,rate=4001/s", "connections=5");
    refuses("http,connections=1,rate=1M/s", "connections=1000");
    refuses("http,connections=0", "connections=0");
    refuses("fio,rw=randred", "did you mean \"randread\"?");
    refuses("fio,bs=2MiB,size=1MiB", "larger than size");
    refuses("fio,on=device", "belong together");
    refuses("fio,device=/dev/null", "belong together");
    refuses("fio,dir=/tmp/a\\b", "backslash");
    refuses("fio,on=device,device=/dev/a\\:b", "backslash");
    refuses("stress-ng", "needs a stressor");
    refuses("stress-ng,stressor=bigheap", "is not allowed");
    refuses("stress-ng,stressor=swich", "did you mean \"switch\"?");
    refuses("stress-ng,stressor=cpu,load=0%", "1% to 100%");
    refuses("stress-ng,stressor=cpu+cpu+cpu+cpu+cpu+cpu+cpu+cpu+cpu", "at most 8");
    refuses("command", "needs a command");
    refuses("command,cmd=", "needs a command");
    refuses("command,cmd=true,timeout=0", "timeout=0");
}

static void accepts(const char *text)
{
    struct workload workload;
    struct error error = {0};

    if (workload_parse(&workload, text, &error))
        fail_msg("%s: %s", text, error.message);
    workload_free(&workload);
}

static void test_accepted(void **state)
{
    char text[64];
    int cpu;

    (void)state;
    assert_true(cpus_allowed(&cpu, 1) == 1);
    snprintf(text, sizeof(text), "udp_rr,cpus=%d:%d", cpu, cpu);
    accepts(text);
    snprintf(text, sizeof(text), "tcp_crr,cpus=%d", cpu);
    accepts(text);
    accepts("udp_rr,mode=open,rate=50%");
    accepts("tcp_rr,mode=open,rate=20k/s,size=4KiB,reference=off");
    accepts("tcp_crr,mode=open,rate=1k/s");
    accepts("udp_flood,gso=on,size=1400,batch=64");
    accepts("iperf3,proto=udp,bandwidth=1.5G,length=16,parallel=4");
    accepts("http,rate=4k/s");
    accepts("http,size=0,connections=16,rate=5k/s");
    accepts("fio,on=device,device=/dev/null"); /* what it is, is seen when it is opened */
    accepts("stress-ng,stressor=cpu+io+vm,workers=2,load=70%");
    accepts("command,cmd=\"sort -k1,1 /dev/null\",timeout=5");
}

/* The choices shown to people are the rows of the table. */
static void test_calls(void **state)
{
    size_t count = 0;

    (void)state;
    for (; calls[count].name; count++) {
        assert_non_null(call_names[count]);
        assert_string_equal(call_names[count], calls[count].name);
        assert_non_null(calls[count].system_calls[0]);
    }
    assert_null(call_names[count]);
}

struct list {
    char text[4096];
};

static void append(const char *entry, void *context)
{
    struct list *list = context;

    strcat(list->text, entry);
    strcat(list->text, "\n");
}

static void test_exercises(void **state)
{
    struct workload workload;
    struct list list = {0};

    (void)state;
    assert_int_equal(workload_parse(&workload, "syscall,call=open_close", NULL), 0);
    workload_exercises(&workload, append, &list);
    workload_free(&workload);
    assert_non_null(strstr(list.text, "syscall:openat\nsyscall:close\n"));
    assert_null(strchr(list.text, '{'));
    for (size_t i = 0; workload_table[i]; i++)
        for (const char *const *entry = workload_table[i]->exercises; *entry; entry++)
            assert_true(!strncmp(*entry, "syscall:", 8) || !strncmp(*entry, "tracepoint:", 11) ||
                        !strncmp(*entry, "function:", 9) || !strncmp(*entry, "uprobe:", 7) ||
                        !strncmp(*entry, "software:", 9) || **entry == '{');
}

static void test_topology_mistakes(void **state)
{
    static const char *const texts[] = {
        "vteh",        "veth,family=5",          "veth,clients=0", "veth,clients=33",
        "veth,mtu=67", "veth,family=6,mtu=1279", "host,mtu=1500",  ""};

    (void)state;
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        struct topology topology = {0};
        struct error error = {0};

        if (topology_parse(&topology, texts[i], &error) != -EINVAL)
            fail_msg("\"%s\" is taken", texts[i]);
        assert_int_equal(error.status, EXIT_USAGE);
        assert_true(error.message[0] != '\0');
        topology_free(&topology);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_table),
        cmocka_unit_test(test_topologies),
        cmocka_unit_test(test_mistakes),
        cmocka_unit_test(test_accepted),
        cmocka_unit_test(test_calls),
        cmocka_unit_test(test_exercises),
        cmocka_unit_test(test_topology_mistakes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
