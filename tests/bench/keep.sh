# Sourced by benchmarks of several documents, which set `directory`: what is there is not made again.
# shellcheck shell=bash

# keep FILE COMMAND...: the document that the command prints, unless it is there.
keep() {
    local file=$directory/$1 status=0
    shift
    [ -s "$file" ] && return
    "$@" >"$file.part" || status=$?
    case $status in
    0 | 1 | 3 | 7) mv "$file.part" "$file" ;; # a document, whatever it says
    *) echo "$(basename "$0"): \"$*\" ended with exit status $status; run the command again to go on" >&2 && exit $status ;;
    esac
}
