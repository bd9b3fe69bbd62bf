# Installation into a staging directory: what it puts there works from there, and uninstall takes all of it away.
# Beside others: it installs into a directory of its own.
source "$(dirname "$0")/lib.sh"
stage=$work/stage
# shellcheck disable=SC2086
expect 0 "make install" make -s install BUILD="$BUILD" DESTDIR="$stage" PREFIX=/usr
expect 0 "the installed program runs" "$stage/usr/bin/tracetoll" --version
contains "and says its version" "$(cat "$work/out")" '^tracetoll [0-9]+\.[0-9]+'
is "and the revision that it was built of" "$(sed -n 's/.*(\(.*\))$/\1/p' "$work/out")" "$(git describe --always --dirty 2>/dev/null || echo unknown)"
expect 0 "from anywhere" sh -c "cd / && $stage/usr/bin/tracetoll list workloads"
if [ -x "$BUILD/tracetoll-bcc" ]; then
    expect 0 "the executable for BCC programs is beside it" "$stage/usr/bin/tracetoll-bcc" --version
else
    skip "the executable for BCC programs is beside it" "not built: libbpfcc-dev is not installed"
fi
check "the schema is there and is JSON" python3 -m json.tool "$stage/usr/share/tracetoll/result-1.json"
expect 0 "reports in Chinese from there" sh -c "cd / && $stage/usr/bin/tracetoll report --lang zh $PWD/tests/data/example-result.json"
contains "with the installed catalogue" "$(cat "$work/out")" '基线'
rm "$stage/usr/share/locale/zh/LC_MESSAGES/tracetoll.mo"
expect 6 "and not without it" "$stage/usr/bin/tracetoll" report --lang zh tests/data/example-result.json
contains "which is said" "$(cat "$work/err")" "$stage/usr/.*share/locale/zh/LC_MESSAGES/tracetoll.mo is not there"
expect 0 "make uninstall" make -s uninstall BUILD="$BUILD" DESTDIR="$stage" PREFIX=/usr
is "nothing is left" "$(find "$stage" -type f)" ""
finish
