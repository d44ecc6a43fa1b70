#!/usr/bin/env bash
# Sets v6share beside the programs that are installed, whole process against whole
# process, over captures that it makes: each round runs all of them in turns, and
# the table shows the median of the rounds and the ratio to tcpdump.
#
#   benches/compare.sh [FOLDER [ROUNDS [PACKETS]]]
#
# FOLDER takes 7 GB and keeps the captures for the next time; PACKETS are those of
# the capture with snap length 96 (10,000,000), of which the one with full packets
# has about half. V6SHARE names another executable. Of a compressed capture the
# floor is its decompression, and there is no ratio: tcpdump cannot read it.
#
# SLOW=1 runs tshark too, which takes minutes.
#
# Needs bash, awk, sort; compares what it finds of tcpdump, tracereport
# (libtrace-tools), tcpstat, capinfos and tshark.
set -euo pipefail
cd "$(dirname "$0")/.."

folder=${1:-target/compare}
rounds=${2:-5}
packets=${3:-10000000}
v6share=${V6SHARE:-target/release/v6share}

[ -n "${V6SHARE:-}" ] || cargo build --release --quiet
floor=$(cargo bench --no-run --bench floor 2>&1 | sed -n 's/.*(\(.*floor-[0-9a-f]*\)).*/\1/p')
mkdir -p "$folder"
folder=$(cd "$folder" && pwd)

# A capture, if it is not there yet.
make_capture() {
    local name=$1
    shift
    [ -e "$folder/$name.$packets" ] || "$v6share" synth -o "$folder/$name.$packets" "$@" 2> /dev/null
}

full=$((packets * 53 / 100))
make_capture snap96.pcap -n "$packets" --snap-len 96
make_capture snap96.pcapng -n "$packets" --snap-len 96 --container pcapng
make_capture full.pcap -n "$full" --sizes full
for by in gzip zstd; do
    compressed=$folder/snap96.$by.$packets
    if [ ! -e "$compressed" ] && command -v $by > /dev/null; then
        $by -c "$folder/snap96.pcap.$packets" > "$compressed"
    fi
done
make_capture tunnels.pcap -n "$packets" --snap-len 160 \
    --tunnels 6in4=0.1,4in6=0.1,teredo=0.05,gre=0.1,vxlan=0.1,gtp-u=0.05

# Runs one program: appends "name wall cpu" to the results.
run() {
    local name=$1 wall user system
    shift
    read -r wall user system < <(
        TIMEFORMAT='%R %U %S'
        { time "$@" > /dev/null 2> /dev/null; } 2>&1 || true
    )
    awk -v n="$name" -v w="$wall" -v u="$user" -v s="$system" 'BEGIN { print n, w, u + s }' \
        >> "$results"
}

# Every program that there is and that reads the kind (pcap, pcapng, gzip, zstd),
# once over one capture. Which do was tried with each: tcpstat and tracereport end
# with 0 where they read nothing.
round() {
    local capture=$1 kind=$2
    run v6share-1-thread "$v6share" analyze --quiet -j1 "$capture"
    run v6share-2-threads "$v6share" analyze --quiet -j2 "$capture"
    [ "$kind" = pcapng ] || run floor "$floor" "$capture"
    case $kind in
    pcap | pcapng)
        if command -v tcpdump > /dev/null; then run tcpdump tcpdump -r "$capture" --count ip6; fi
        if command -v tcpstat > /dev/null; then run tcpstat tcpstat -r "$capture" -o '' 3600; fi
        ;;
    esac
    case $kind in
    pcap | gzip)
        if command -v tracereport > /dev/null; then
            # It writes its reports where it stands.
            run tracereport-flows env -C "$reports" tracereport -F "pcapfile:$capture"
        fi
        ;;
    esac
    if command -v capinfos > /dev/null; then run capinfos capinfos -c "$capture"; fi
    if [ -n "${SLOW:-}" ] && command -v tshark > /dev/null; then
        run tshark tshark -r "$capture" -q -z io,phs
    fi
}

# The medians of the results and their ratios to tcpdump.
table() {
    local of
    of=$(awk '{ print $1 }' "$results" | sort -u)
    printf '%-20s %9s %9s %12s %12s\n' "$1" 'wall s' 'cpu s' 'wall ratio' 'cpu ratio'
    for name in $of; do
        wall=$(awk -v n="$name" '$1 == n { print $2 }' "$results" | sort -n | median)
        cpu=$(awk -v n="$name" '$1 == n { print $3 }' "$results" | sort -n | median)
        echo "$name $wall $cpu"
    done | awk '
        { name[NR] = $1; wall[NR] = $2; cpu[NR] = $3 }
        $1 == "tcpdump" { w = $2; c = $3 }
        END {
            for (i = 1; i <= NR; i++)
                if (c > 0)
                    printf "%-20s %9.3f %9.3f %12.3f %12.3f\n",
                        name[i], wall[i], cpu[i], wall[i] / w, cpu[i] / c
                else
                    printf "%-20s %9.3f %9.3f\n", name[i], wall[i], cpu[i]
        }'
    echo
}

median() {
    awk '{ v[NR] = $1 } END { print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'
}

results=$(mktemp)
reports=$(mktemp -d)
trap 'rm -rf "$results" "$reports"' EXIT
for name in snap96.pcap full.pcap snap96.pcapng tunnels.pcap snap96.gzip snap96.zstd; do
    capture=$folder/$name.$packets
    [ -e "$capture" ] || continue
    # Into the page cache; the first round of a fresh file is slower than the others.
    cat "$capture" > /dev/null
    round "$capture" "${name##*.}"
    : > "$results"
    for _ in $(seq "$rounds"); do round "$capture" "${name##*.}"; done
    table "$name"
done
