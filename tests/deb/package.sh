# The Debian packages: lintian, and a root that has nothing but Debian's base and them. Long: it builds all of it and fetches a base system.
source "$(dirname "$0")/../system/lib.sh"
packages=$(realpath -m "$BUILD/deb")
root=$work/root

# The mirror that apt uses here, whatever it is: "deb [signed-by=...] URI SUITE COMPONENT" a line.
sources() {
    local codename
    codename=$(. /etc/os-release && echo "$VERSION_CODENAME")
    apt-get indextargets --format '$(REPO_URI) $(RELEASE) $(COMPONENT)' 'ORIGIN: Debian' 'Created-By: Packages' |
        awk -v codename="$codename" 'index($2, codename) == 1 && $3 == "main" {
            print "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] " $1, $2, $3}' | sort -u
}

# Runs a command in that root, with this kernel's file systems; the mounts end with it. Same PIDs: tracing tools need them.
# The root is a mount of its own, as everywhere but in a bare chroot: what a target mounts is kept private to it.
inside() {
    # shellcheck disable=SC2016
    unshare --mount --propagation private bash -c '
        root=$1
        shift
        mount --bind "$root" "$root" && mount -t proc proc "$root/proc" && mount --rbind /sys "$root/sys" && mount --rbind /dev "$root/dev" &&
            mount -t tmpfs tmpfs "$root/run" && exec chroot "$root" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 "$@"
    ' - "$root" "$@"
}

expect 0 "the packages are built" packaging/build "$packages"
is "two of them, without symbols for debuggers" "$(find "$packages" -name '*.deb' ! -name '*-dbgsym_*' -printf '%f\n' | sed 's/_.*//' | sort | tr '\n' ' ')" "tracetoll tracetoll-bcc "
check "lintian finds no error" lintian --allow-root --no-tag-display-limit --fail-on error "$packages"/*.deb
contents=$(dpkg-deb -c "$packages"/tracetoll_*.deb | awk '{print $6}')
for file in /usr/bin/tracetoll /usr/share/man/man1/tracetoll.1.gz /usr/share/man/man1/tracetoll-run.1.gz \
    /usr/share/bash-completion/completions/tracetoll /usr/share/doc/tracetoll/README.md /usr/share/doc/tracetoll/docs/quick-start.md /usr/share/tracetoll/result-1.json; do
    contains "it has $file" "$contents" "^\.$file(\.gz)?$"
done
contains "examples" "$contents" '/usr/share/doc/tracetoll/examples/.'
is "the main one needs no compiler at run time" "$(dpkg-deb -f "$packages"/tracetoll_*.deb Depends | grep -oE 'clang|llvm|bpfcc|gcc-[0-9]+$' | sort -u)" ""
contains "the other one is for this very version" "$(dpkg-deb -f "$packages"/tracetoll-bcc_*.deb Depends)" 'tracetoll \(= [0-9.]+\)'

if [ "$(id -u)" != 0 ]; then
    skip "a clean root" "not root"
    finish
fi
list=$(sources)
if [ -z "$list" ]; then
    skip "a clean root" "apt knows no Debian mirror for this release"
    finish
fi
if ! mmdebstrap --quiet --mode=root --variant=apt --include=iproute2 "$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release)" "$root" - <<<"$list" 2>"$work/mmdebstrap"; then
    skip "a clean root" "no base system from the mirror: $(tail -n 1 "$work/mmdebstrap")"
    finish
fi
mkdir -p "$root/packages"
cp "$packages"/*.deb "$root/packages"
expect 0 "apt of that root reaches the mirror" inside apt-get update -q # its lists are not kept by mmdebstrap
expect 0 "it installs, with what it depends on" inside apt-get install -y -q --no-install-recommends "$(cd "$root" && echo packages/tracetoll_*.deb | sed 's|^|/|')"
expect 0 "it runs" inside tracetoll --version
contains "with its version" "$(cat "$work/out")" "^tracetoll $(sed -n 's/^VERSION *:= *//p' Makefile) "
expect 0 "doctor" inside tracetoll doctor
expect 0 "list" inside tracetoll list workloads
expect 0 "a run of a sham" inside tracetoll run -q -w syscall --sham --quads 10 --steady 0 --max-time 60s -o /tmp/result.json
check "its document is valid" valid "$root/tmp/result.json"
expect 0 "reports" inside tracetoll report -f markdown /tmp/result.json
if inside tracetoll gate --help >/dev/null 2>&1; then
    cat >"$root/tmp/sham.yaml" <<'YAML'
name: a sham
targets:
  - name: sham
    sham: true
workloads:
  - load: "syscall,call=getpid"
    topology: host
budgets:
  latency.p50: {max_worsening: 50%}
time_limit: 2min
quads: "10"
kernels: [host]
mode: timed
YAML
    expect 0 "a gate" inside tracetoll gate /tmp/sham.yaml
    for example in "$root"/usr/share/doc/tracetoll/examples/*.yaml; do
        name=${example##*/}
        if grep -q 'build/' "$example"; then
            skip "example $name: its plan" "it names objects that a tree builds and a package does not have"
            continue
        fi
        expect 0 "example $name: its plan" inside sh -c "cd /usr/share/doc/tracetoll/examples && tracetoll gate --dry-run $name"
    done
else
    skip "a gate" "this version has no gate"
fi
expect 4 "a BCC program without the other package: exit 4" inside tracetoll run -w syscall --bcc /usr/share/doc/tracetoll/examples/bcc/attach_benchmark.c
expect 0 "the other package installs" inside apt-get install -y -q --no-install-recommends "$(cd "$root" && echo packages/tracetoll-bcc_*.deb | sed 's|^|/|')"
expect 0 "and is found" inside tracetoll-bcc --version
expect 0 "both go" inside apt-get purge -y -q tracetoll tracetoll-bcc
is "and nothing stays" "$(find "$root/usr" "$root/etc" "$root/var/lib" -name 'tracetoll*' ! -path '*/dpkg/*' ! -path '*/apt/*')" ""
rm -rf --one-file-system "$root"
finish
