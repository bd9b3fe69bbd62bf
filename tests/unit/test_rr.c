/* SPDX-License-Identifier: GPL-2.0 */
/* The closed loop of requests and replies on a transport that loses some of them, and TCP's messages. */
#include "tests/unit/unit.h"
#include "base/cleanup.h"
#include "workloads/endpoint.h"
#include "workloads/rr.h"
#include "workloads/workload_list.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#define GIVE_UP_NS (20 * NS_PER_MS)
#define WINDOW_NS  (5 * NS_PER_MS) /* shorter than a reply is waited for */

static struct generator_shared shared;

/* What the transport saw; each test sets it anew. */
static struct {
    uint64_t lost_below; /* requests with lower numbers get no reply */
    uint64_t sent, window_ns;
} seen;

static int send_one(struct rr_client *client, uint64_t number, int flags)
{
    (void)client;
    (void)flags;
    seen.sent = number;
    return number > seen.lost_below + 1 ? -ECONNRESET : 1; /* the end of the test */
}

/* A new window each time that one has passed, as the parent asks for. */
static void go_on(void)
{
    if (clock_now_ns() < seen.window_ns + WINDOW_NS)
        return;
    atomic_fetch_add(&shared.recorder.requested, 1);
    seen.window_ns = clock_now_ns();
}

static int receive_one(struct rr_client *client, uint64_t *number, int flags)
{
    const struct timespec tick = {.tv_nsec = NS_PER_MS};

    (void)client;
    (void)flags;
    nanosleep(&tick, NULL);
    go_on();
    if (seen.sent < seen.lost_below)
        return 0;
    *number = seen.sent;
    return 1;
}

static const struct rr_transport lossy = {.lossy = true, .send = send_one, .receive = receive_one};

/* A reply that never comes costs its wait, however many windows end meanwhile. */
static void lost_replies_are_given_up(void **state)
{
    struct rr rr = {.transport = &lossy, .size = 8};
    struct workload workload = {.state = &rr};
    struct rr_client client = {.rr = &rr, .give_up_ns = GIVE_UP_NS};
    uint64_t start_ns = clock_now_ns();

    (void)state;
    rr.generator = (struct generator){.workload = &workload, .shared = &shared};
    seen.lost_below = 3;
    seen.window_ns = start_ns;
    assert_int_equal(recorder_prepare(&client.recorder, &shared.recorder, false), 0);
    assert_int_equal(rr_closed_loop(&client), -ECONNRESET);
    assert_int_equal(client.number, 5); /* two given up, the third and fourth answered */
    assert_true(clock_now_ns() - start_ns >= 2 * GIVE_UP_NS);
}

/* What the links take is no fault of a reply's: 4 s there and back over two links of 1 s, each way. */
static void limits_have_the_links_delay_on_top(void **state)
{
    const struct workload_place near = {0}, far = {.delay_ns = 1e9};

    (void)state;
    assert_int_equal(workload_round_trip_ns(&near), 0);
    assert_int_equal(workload_round_trip_ns(&far), 4 * NS_PER_SECOND);
    assert_true(rr_give_up_ns(&near) > 0);
    assert_true(rr_give_up_ns(&far) >= rr_give_up_ns(&near) + 4 * NS_PER_SECOND);
    assert_int_equal(rr_open_grace_ns(&near), RECORDER_GRACE_NS);
    assert_int_equal(rr_open_grace_ns(&far), RECORDER_GRACE_NS + 4 * NS_PER_SECOND);
    assert_int_equal(rr_open_give_up_ns(&far), rr_open_give_up_ns(&near) + 4 * NS_PER_SECOND);
    /* A generator may be in the middle of all of these when its window is to end. */
    assert_true(generator_reaction_limit_ns(&far) > rr_open_grace_ns(&far));
    assert_true(generator_reaction_limit_ns(&far) >= generator_reaction_limit_ns(&near) + 8 * NS_PER_SECOND);
}

/* Until one lost reply is given up, all requests after it have room, at any rate that is taken. */
static void a_lost_reply_stalls_nothing(void **state)
{
    static const double rates[] = {1, 20e3, 65536, 70e3, 200e3, 1e6};
    const struct workload_place near = {0}, far = {.delay_ns = 1e9};

    (void)state;
    for (unsigned i = 0; i < ARRAY_SIZE(rates); i++) {
        uint64_t ring = rr_open_ring(rates[i], rr_open_give_up_ns(&near));

        assert_true((double)ring >= 2 * rates[i] * (double)rr_open_give_up_ns(&near) / 1e9);
        assert_int_equal(ring & (ring - 1), 0);
    }
    assert_int_equal(rr_open_ring(20e3, rr_open_give_up_ns(&near)), 1 << 16);
    assert_true(rr_open_ring(1e6, rr_open_give_up_ns(&far)) >= 10000000);
    assert_int_equal(rr_open_ring(1e6, 100 * NS_PER_SECOND), 1 << 24);
}

/* One request at a time says nothing about what such links take. */
static void no_share_of_what_links_delay_or_lose(void **state)
{
    static const char *const addresses[] = {"127.0.0.1"};
    static const struct workload_place places[] = {{.delay_ns = 1e6}, {.loss = 0.01}};

    (void)state;
    for (unsigned i = 0; i < ARRAY_SIZE(places); i++) {
        struct workload workload;
        struct error error = {0};

        assert_int_equal(workload_parse(&workload, "udp_rr,mode=open", NULL), 0);
        workload.place = places[i];
        workload.place.server_address = addresses[0];
        workload.place.client_addresses = addresses;
        workload.place.client_address_count = 1;
        assert_int_equal(workload.ops->prepare(&workload, &error), -EINVAL);
        assert_int_equal(error.status, EXIT_USAGE);
        assert_non_null(strstr(error.message, "give rate= per second"));
        workload_free(&workload);
        /* A rate is one. */
        assert_int_equal(workload_parse(&workload, "udp_rr,mode=open,rate=1k/s", NULL), 0);
        workload.place = places[i];
        workload.place.server_address = addresses[0];
        workload.place.client_addresses = addresses;
        workload.place.client_address_count = 1;
        assert_int_equal(workload.ops->prepare(&workload, &error), 0);
        workload.ops->cleanup(&workload);
        workload_free(&workload);
    }
}

/* No call comes back before the reply can be there, and none later than a lost one is given up. */
static void a_call_waits_for_the_links(void **state)
{
    static const struct rr_transport reliable = {.lossy = false};
    struct workload workload = {.place.delay_ns = 1e9};
    struct rr rr = {.transport = &reliable, .generator.workload = &workload};
    struct rr_client client = {.rr = &rr, .give_up_ns = rr_give_up_ns(&workload.place)};
    struct timeval set;
    socklen_t length = sizeof(set);
    int fd = socket(AF_INET, SOCK_DGRAM, 0);

    (void)state;
    assert_int_equal(rr_tick_ns(&client), ENDPOINT_TICK_NS + 4 * NS_PER_SECOND);
    assert_int_equal(endpoint_set_tick(fd, rr_tick_ns(&client)), 0);
    assert_int_equal(getsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &set, &length), 0);
    assert_int_equal(set.tv_sec, 4);
    assert_in_range(set.tv_usec, 100000, 110000); /* in ticks of the kernel's */
    close_fd(&fd);
    rr.transport = &lossy;
    workload.place.loss = 0.1;
    client.give_up_ns = rr_give_up_ns(&workload.place);
    assert_in_range(rr_tick_ns(&client), 4 * NS_PER_SECOND, client.give_up_ns / 2);
    workload.place.delay_ns = 0;
    client.give_up_ns = rr_give_up_ns(&workload.place);
    assert_int_equal(rr_tick_ns(&client), client.give_up_ns / 2);
}

#define MESSAGE_SIZE 64
#define PART_SIZE    24 /* 24, 24 and 16 bytes */

static void send_parts(int fd, size_t size)
{
    const char bytes[MESSAGE_SIZE] = {0};

    for (size_t sent = 0; sent < size; sent += PART_SIZE) {
        size_t rest = size - sent, part = rest < PART_SIZE ? rest : PART_SIZE;

        assert_int_equal(send(fd, bytes, part, 0), part);
    }
}

/* Large replies come in parts (here: packets). One that goes on coming is no pause, in which a window may end
 * and the operation fail. */
static void a_reply_in_parts_is_one_reply(void **state)
{
    struct error error = {0};
    struct workload workload = {0};
    const char *address = "127.0.0.1";
    char buffer[2 * MESSAGE_SIZE];
    struct rr_client client = {.buffer = buffer};
    uint64_t number = 0;
    int ends[2];

    (void)state;
    assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends), 0);
    assert_int_equal(workload_parse(&workload, "tcp_rr,size=64", &error), 0);
    workload.place.server_address = address;
    workload.place.client_addresses = &address;
    workload.place.client_address_count = 1;
    workload.place.client_netns_fd = workload.place.server_netns_fd = 0; /* not entered */
    assert_int_equal(workload.ops->prepare(&workload, &error), 0);
    client.rr = workload.state;
    client.fd = ends[0];
    send_parts(ends[1], MESSAGE_SIZE);
    assert_int_equal(client.rr->transport->receive(&client, &number, 0), 1);
    assert_int_equal(number, 1);
    send_parts(ends[1], PART_SIZE); /* and no more yet */
    assert_int_equal(client.rr->transport->receive(&client, &number, MSG_DONTWAIT), 0);
    send_parts(ends[1], MESSAGE_SIZE - PART_SIZE);
    assert_int_equal(client.rr->transport->receive(&client, &number, MSG_DONTWAIT), 1);
    assert_int_equal(number, 2);
    workload.ops->cleanup(&workload);
    workload_free(&workload);
    close_fd(&ends[0]);
    close_fd(&ends[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lost_replies_are_given_up),   cmocka_unit_test(limits_have_the_links_delay_on_top),
        cmocka_unit_test(a_lost_reply_stalls_nothing), cmocka_unit_test(no_share_of_what_links_delay_or_lose),
        cmocka_unit_test(a_call_waits_for_the_links),  cmocka_unit_test(a_reply_in_parts_is_one_reply),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
