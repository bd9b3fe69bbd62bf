#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Makes one system call of tracetoll fail per run, and looks at what that does. TAP for 55-injected.sh.

injected.py SECONDS START [COMMAND...]: each (command, call, errno, N) in an order that is the same each time and spread over
all of them, from place START on, until SECONDS are over (0: all), but at least two. strace injects the error into the main process
only (no -f); which Nth there are is counted on a run without an error.

injected.py SECONDS COMMAND:CALL:ERRNO:N: that one, again and again.

INJECT_DONE names a file for what has passed, so that hours of it can be taken in parts: it is not repeated with the same program,
which is told by its digest. INJECT_LANES=N runs N cases at a time, each in a /dev of its own, where its lock for measuring runs is.
"""
import concurrent.futures
import ctypes
import json
import math
import os
import re
import signal
import subprocess
import sys
import tempfile
import time

BUILD = os.environ.get('BUILD', 'build')
PROGRAM = BUILD + '/tracetoll'
REPEATED_MAX = 100000
LIMIT_S = 120  # of one run; a hang, also on a busy machine
# Paced: it is tracetoll whose calls fail, and a load that takes all of a CPU would only leave less for other cases.
QUICK = ['-q', '--quads', '1', '--steady', '0', '--window', '50ms', '--settle', '20ms']
BUSY = 'is measuring on this machine'  # somebody else's run: nothing has been tested
COMMANDS = {
    'sham': ['run', *QUICK, '--no-breakdown', '-w', 'syscall,mode=open,rate=1k/s', '-o', 'OUT/result.json',
             '--trial', 'OUT/trial.jsonl', '--sham'],
    'veth': ['run', *QUICK, '-w', 'udp_rr,mode=open,rate=1k/s', '-t', 'veth', '-o', 'OUT/result.json',
             '--trial', 'OUT/trial.jsonl', '--probe', 'raw_tp@sys_enter'],
    'report': ['report', '-f', 'markdown=OUT/report.md', '-f', 'html=OUT/page.html', 'tests/data/example-result.json'],
    'gate': ['gate', '--dry-run', 'OUT/gate.yaml'],
}
# Errors that the kernel may really give. close, munmap and exit are told by nobody that they failed; brk says so by another
# value than an error, which strace can't inject (libc would take it for an address); futex only when it waits.
ERRORS = {
    'ENOMEM': 'mmap clone clone3 bpf openat mkdir socket pipe2 epoll_create1 epoll_ctl sendmsg perf_event_open fsopen fsmount '
              'getdents64 mount unshare setns',
    'EMFILE': 'openat socket socketpair pipe2 epoll_create1 signalfd4 timerfd_create pidfd_open perf_event_open fsopen fsmount '
              'fcntl bpf dup',
    'ENOSPC': 'write fsync rename mkdir openat bpf',
    'EINTR': 'read pread64 write openat ppoll epoll_wait wait4 clock_nanosleep sendmsg recvmsg bpf',
    'EAGAIN': 'clone clone3 bpf sendmsg read recvmsg getrandom',
}
GATE = """name: one
targets:
  - sham: true
workloads:
  - load: syscall
"""


def children():
    with open(f'/proc/self/task/{os.getpid()}/children') as file:
        return {int(pid) for pid in file.read().split()}


def reap():
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        pass


def orphans():
    """Processes of a run that has ended: we are their subreaper. They get 5 s, on a machine that may be busy."""
    end = time.monotonic() + 5
    while True:
        reap()
        left = children()
        if not left or time.monotonic() > end:
            return left
        time.sleep(0.02)


def cgroups_of(pids):
    """tracetoll-PID-...: others on this machine may have theirs."""
    found = set()
    for top, names, _ in os.walk('/sys/fs/cgroup'):
        for name in list(names):
            pid = re.match(r'tracetoll-(\d+)', name)
            if pid:
                names.remove(name)
                if int(pid[1]) in pids:
                    found.add(os.path.join(top, name))
    return found


def command(name, out):
    return [PROGRAM, *[word.replace('OUT', out) for word in COMMANDS[name]]]


def watch(process, pids):
    """Its status, None if it hangs; gathers the processes that strace starts: one of them is tracetoll."""
    end = time.monotonic() + LIMIT_S
    while process.poll() is None:
        if time.monotonic() > end:
            return None
        try:
            with open(f'/proc/{process.pid}/task/{process.pid}/children') as file:
                pids.update(map(int, file.read().split()))
        except OSError:
            pass
        time.sleep(0.005)
    return process.returncode


def standing(pid):
    """Where a process that hangs is, and who its children are: what one needs to know about a hang that comes once."""
    said = ''
    for name in ('cmdline', 'status', 'wchan', 'syscall', 'stack', f'task/{pid}/children'):
        try:
            with open(f'/proc/{pid}/{name}') as file:
                text = file.read().replace('\0', ' ').strip()
        except OSError as error:
            text = str(error)
        if name == 'status':
            text = ' '.join(re.findall(r'^(?:Name|State|PPid|SigPnd|ShdPnd|SigBlk):.*', text, re.M))
        said += f'\n{pid} {name}: ' + text.replace('\n', '\n    ')
        if name.endswith('children'):
            said += ''.join(standing(int(child)) for child in text.split() if child.isdigit())
    return said


def run(argv, wrapper):
    """Status (None: it hangs), what was on stderr, and the PIDs that it may have had."""
    pids = set()
    with tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(wrapper + argv, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=errors)
        status = watch(process, pids)
        where = ''
        if status is None:
            where = ''.join(standing(pid) for pid in sorted(pids))
            for pid in pids | children():
                try:
                    os.kill(pid, signal.SIGKILL)
                except ProcessLookupError:
                    pass
            process.wait()
        errors.seek(0)
        return status, errors.read().decode(errors='replace') + where, pids


def document_problem(path):
    """What the schema has against it; '' if nothing."""
    check = subprocess.run(['/usr/bin/python3', 'tests/system/document.py', 'valid', path],
                           capture_output=True, text=True, check=False)
    return (check.stdout + check.stderr).strip() or 'no reason' if check.returncode else ''


def file_problems(out, status):
    """Written files: a document whole or absent, of a trial a prefix of whole lines, no temporary file."""
    for name in os.listdir(out):
        path = os.path.join(out, name)
        if name.endswith('.tmp'):
            yield name + ' is left'
        wrong = document_problem(path) if name == 'result.json' else ''
        if wrong:
            yield 'the document is not valid: ' + wrong
        if name == 'trial.jsonl':
            with open(path, 'rb') as file:
                lines = file.read().split(b'\n')
            try:
                [json.loads(line) for line in lines[:-1]]
            except ValueError as error:
                yield f'the trial has a damaged line: {error}'
    if status == 0 and os.path.exists(os.path.join(out, 'trial.jsonl')) and not os.path.exists(os.path.join(out, 'result.json')):
        yield 'success without a document'


def problems(status, errno, errors, out, pids):
    if status is None:
        yield f'no end within {LIMIT_S} s'
    elif BUSY in errors:
        yield 'another run is measuring, so nothing was tested'
    elif status < 0 or status >= 128 and status != 130:
        yield f'died by signal {-status if status < 0 else status - 128}'
    elif status not in (0, 1, 2, 3, 4, 5, 6, 7) and (status, errno) != (130, 'EINTR'):
        yield f'exit status {status}'
    elif status in (2, 4, 5, 6) and not re.search(r'^tracetoll: .{10}', errors, re.M):
        yield f'exit status {status} without a sentence'
    left = orphans()
    for pid in left:
        try:
            with open(f'/proc/{pid}/cmdline') as file:
                yield f'process {pid} is left: ' + file.read().replace('\0', ' ')
            os.kill(pid, signal.SIGKILL)
        except OSError:
            pass
    yield from (f'{path} is left' for path in cgroups_of(pids))
    yield from file_problems(out, status)


def scratch():
    out = tempfile.TemporaryDirectory(prefix='tracetoll-injected-')
    with open(out.name + '/gate.yaml', 'w') as file:
        file.write(GATE)
    return out


def count_calls(name):
    """{call: (how often before main(), how often)} of a run in which nothing fails. What the loader does with it is not ours."""
    with scratch() as out, tempfile.NamedTemporaryFile('r') as log:
        status, errors, _ = run(command(name, out), ['strace', '-qq', '-e', 'signal=none', '-o', log.name])
        if status not in (0, 3, 7):
            sys.exit(f'{name} without an error: exit status {status}: {errors}')
        counts, before = {}, None
        for line in log:
            if line.startswith('rt_sigaction(SIGPIPE'):
                before = dict(counts)
            call = re.match(r'(\w+)\(', line)
            if call:
                counts[call[1]] = counts.get(call[1], 0) + 1
        return {call: (before.get(call, 0), count) for call, count in counts.items()}


def cases(name):
    """Each of the first 30 calls, then ever fewer: what is called a thousand times is called in a loop."""
    counts = count_calls(name)
    for errno, calls in ERRORS.items():
        for call in calls.split():
            before, count = counts.get(call, (0, 0))
            number = 1
            while before + number <= count:
                yield name, call, errno, before + number
                number += 1 if number < 30 else number // 10


def spread(items):
    """All of them, neighbours far apart."""
    step = max(1, int(len(items) * 0.618))
    while items and math.gcd(step, len(items)) != 1:
        step += 1
    return [items[i * step % len(items)] for i in range(len(items))]


class Passed:
    """Cases that have passed with this program, in the file INJECT_DONE."""

    def __init__(self):
        self.path = os.environ.get('INJECT_DONE')
        self.cases = set()
        if not self.path:
            return
        program = subprocess.run(['tests/program_digest', BUILD], check=True, capture_output=True, text=True).stdout.strip()
        os.makedirs(os.path.dirname(self.path) or '.', exist_ok=True)
        try:
            with open(self.path) as file:
                lines = file.read().split('\n')[:-1]
        except FileNotFoundError:
            lines = []
        if lines[:1] == [program]:
            self.cases = set(lines[1:])
        else:
            with open(self.path, 'w') as file:
                file.write(program + '\n')

    def __contains__(self, case):
        return ' '.join(map(str, case)) in self.cases

    def add(self, case):
        if self.path:
            with open(self.path, 'a') as file:
                file.write(' '.join(map(str, case)) + '\n')


def fails_how(case):
    """One case: its exit status, what is wrong with how it ended, and what it said."""
    end = time.monotonic() + LIMIT_S
    while True:
        status, found, errors = fails_once(case)
        if BUSY not in errors or time.monotonic() > end:
            return status, found, errors
        time.sleep(0.5)


def fails_once(case):
    name, call, errno, number = case
    with scratch() as out:
        inject = ['strace', '-qq', '-e', 'signal=none', '-o', '/dev/null', '-e', 'trace=' + call,
                  '-e', f'inject={call}:error={errno}:when={number}']
        status, errors, pids = run(command(name, out), inject)
        return status, list(problems(status, errno, errors, out, pids)), errors


def listed(passed):
    """What is to be done, and how many cases there are in all."""
    if ':' in sys.argv[2]:
        name, call, errno, number = sys.argv[2].split(':')
        return [(name, call, errno, int(number))] * REPEATED_MAX, 'one case, repeated'
    every = spread([case for name in sys.argv[3:] or COMMANDS for case in cases(name)])
    start = int(sys.argv[2]) % max(1, len(every))
    missing = [case for case in every[start:] + every[:start] if case not in passed]
    return missing, f'{len(every)} cases, of which {len(every) - len(missing)} had passed before'


CLONE_NEWNS, MS_BIND, MS_REC, MS_PRIVATE = 0x20000, 0x1000, 0x4000, 1 << 18
PR_SET_CHILD_SUBREAPER = 36
libc = ctypes.CDLL(None, use_errno=True)


def checked(result, what):
    if result != 0:
        raise OSError(ctypes.get_errno(), what)


def mount(source, target, kind, flags, data=None):
    checked(libc.mount(source.encode(), target.encode(), kind, flags, data), 'mount ' + target)


def reap_orphans():
    checked(libc.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0), 'prctl')


def enter_lane():
    """In a process of its own: a /dev that nobody else sees."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    reap_orphans()
    checked(libc.unshare(CLONE_NEWNS), 'unshare')
    mount('none', '/', None, MS_REC | MS_PRIVATE)
    with tempfile.TemporaryDirectory(prefix='tracetoll-dev-') as place:
        mount('none', place, b'tmpfs', 0, b'mode=755')
        for name in ('null', 'full', 'zero', 'random', 'urandom', 'tty'):
            node = os.stat('/dev/' + name)
            os.mknod(f'{place}/{name}', node.st_mode, node.st_rdev)
        for name in ('fd', 'stdin', 'stdout', 'stderr'):
            os.symlink(os.readlink('/dev/' + name), f'{place}/{name}')
        os.mkdir(place + '/shm', 0o1777)
        mount(place, '/dev', None, MS_BIND)
        checked(libc.umount2(place.encode(), 2), 'umount ' + place)


def in_lanes(lanes, missing, more):
    """(case, how it fails) of each, as they come; no new one is begun where more() says no."""
    waiting = iter(missing)
    with concurrent.futures.ProcessPoolExecutor(lanes, initializer=enter_lane) as pool:
        running = {}
        while True:
            while len(running) < lanes and more() and (case := next(waiting, None)):
                running[pool.submit(fails_how, case)] = case
            if not running:
                return
            for future in concurrent.futures.wait(running, return_when='FIRST_COMPLETED').done:
                yield running.pop(future), future.result()


def main():
    seconds, lanes = float(sys.argv[1]), int(os.environ.get('INJECT_LANES', '1'))
    reap_orphans()
    end = time.monotonic() + seconds
    passed = Passed()
    missing, in_all = listed(passed)
    done, failed, ends = 0, 0, {}

    def more():
        return not seconds or done < 2 or time.monotonic() < end

    one_by_one = ((case, fails_how(case)) for case in missing if more())
    for case, (status, found, errors) in in_lanes(lanes, missing, more) if lanes > 1 else one_by_one:
        done += 1
        ends[status] = ends.get(status, 0) + 1
        name, call, errno, number = case
        if found:
            failed += 1
            print(f'not ok {done} - {name}: {errno} at {call} {number}')
            print('# ' + '; '.join(found) + '\n# ' + errors.strip().replace('\n', '\n# '), flush=True)
        else:
            passed.add(case)
            print(f'ok {done} - {name}: {errno} at {call} {number}: exit status {status}', flush=True)
    print(f'# {done} done; {in_all}; {len(missing) - done} left; exit statuses: {ends}')
    print(f'1..{done}')
    return failed > 0


sys.exit(main())
