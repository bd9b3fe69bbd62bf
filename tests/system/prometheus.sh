# Sourced by tests that need Prometheus: Debian's packages start servers where they are installed, so they are unpacked here.
# shellcheck shell=bash

prometheus=$BUILD/prometheus
# unpacked NAME PACKAGE: $prometheus/NAME, a program of Debian's PACKAGE.
unpacked() {
    [ -x "$prometheus/$1" ] && return
    mkdir -p "$work/deb" "$prometheus"
    (cd "$work/deb" && apt-get -qq -o APT::Sandbox::User=root download "$2" && dpkg-deb --fsys-tarfile "$2"_*.deb | tar -xO "./usr/bin/$1" >"$1") >>"$work/apt" 2>&1 &&
        install -m 755 "$work/deb/$1" "$prometheus/$1"
}

# A port of loopback that nobody has now.
free_port() { /usr/bin/python3 -c 'import socket
s = socket.socket()
s.bind(("127.0.0.1", 0))
print(s.getsockname()[1])'; }
