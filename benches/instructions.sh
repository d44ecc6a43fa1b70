#!/usr/bin/env bash
# How many instructions a packet takes, over several shapes of traffic: a figure that
# does not depend on what else the machine does. Of each shape a run over 200,000
# packets and one over 400,000 are counted; the difference is that of 200,000.
#
#   benches/instructions.sh            prints the figures beside those of benches/instructions.txt
#   benches/instructions.sh --keep     writes them there
#
# V6SHARE names another executable. Needs valgrind. Ends with 1 where a shape takes
# more than 3 % more than what is kept.
set -euo pipefail
# Without it a failure within $(...) goes on, and the run before is counted again.
shopt -s inherit_errexit
cd "$(dirname "$0")/.."

v6share=${V6SHARE:-target/release/v6share}
kept=benches/instructions.txt
[ -n "${V6SHARE:-}" ] || cargo build --release --quiet
command -v valgrind > /dev/null || { echo "instructions.sh: valgrind is not installed" >&2; exit 2; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

# The instructions of a run over so many packets of a shape: the least of three, for
# maps draw their hash anew for each run, and with it how many searches go on.
count() {
    local packets=$1 least= now
    shift
    "$v6share" synth -o "$folder/input" -n "$packets" "$@" 2> /dev/null
    for _ in 1 2 3; do
        valgrind --tool=callgrind --callgrind-out-file="$folder/out" \
            "$v6share" analyze --quiet -j1 "$folder/input" > /dev/null 2> /dev/null
        now=$(sed -n -E '/^(summary|totals): /{s///p;q}' "$folder/out")
        if [ "${least:-$now}" -ge "$now" ]; then least=$now; fi
    done
    echo "$least"
}

# The name of a shape and what a packet (or the packet of a flow record) takes.
shape() {
    local name=$1 few many
    shift
    few=$(count 200000 "$@")
    many=$(count 400000 "$@")
    echo "$name $(((many - few) / 200000))"
}

all() {
    shape snap96 --snap-len 96
    shape full --sizes full
    shape pcapng --snap-len 96 --container pcapng
    shape tunnels --snap-len 96 --tunnels 6in4=0.084,4in6=0.083,teredo=0.083,gre=0.083,vxlan=0.083,gtp-u=0.083
    shape vlan --snap-len 96 --vlan 1
    shape extension-headers --snap-len 96 --extension-headers 0.2
    # One packet a record, so that a record is what is counted.
    shape ipfix --as ipfix --record-packets 1
    shape nfcapd --as nfcapd --record-packets 1
    shape vpc --as vpc --record-packets 1
    shape jsonl --as jsonl --record-packets 1
}

if [ "${1:-}" = --keep ]; then
    all | tee "$folder/kept"
    cp "$folder/kept" "$kept"
    exit
fi
all | awk -v kept="$kept" '
    BEGIN { while ((getline line < kept) > 0) { split(line, field, " "); before[field[1]] = field[2] } }
    {
        was = before[$1]
        printf "%-18s %8d %8s", $1, $2, was == "" ? "-" : was
        if (was > 0) { printf " %+7.1f %%", 100 * ($2 / was - 1); if ($2 > 1.03 * was) worse = 1 }
        print ""
    }
    END { exit worse }'
