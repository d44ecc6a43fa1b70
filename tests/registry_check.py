#!/usr/bin/env python3
"""Totals of one file of registry statistics, computed apart from v6share.

Standard library alone. Reads one file (plain, or in gzip, bzip2 or xz) and
prints, as JSON, for every country and for the world the figures that `v6share
registry state --format json` gives under the same names. It counts by sets and
sums of its own and shares no code, no rule of overlap (it refuses files whose
records overlap) and no way of reading with the program.
"""
import bz2
import collections
import fractions
import gzip
import ipaddress
import json
import lzma
import sys

OPENERS = {b"\x1f\x8b": gzip.open, b"BZ": bz2.open, b"\xfd7": lzma.open}


def lines(path):
    with open(path, "rb") as file:
        magic = file.read(2)
    with OPENERS.get(magic, open)(path, "rb") as file:
        for line in file.read().decode("ascii").splitlines():
            if line and not line.startswith("#"):
                yield line.split("|")


def records(path):
    for fields in lines(path):
        if fields[0][0].isdigit() or fields[-1] == "summary":
            continue
        registry, country, kind, start, value, date, status = fields[:7]
        holder = fields[7] if len(fields) > 7 else ""
        if kind == "ipv6":
            network = ipaddress.IPv6Network((start, int(value)))
            first, count = int(network.network_address), network.num_addresses
        elif kind == "ipv4":
            first, count = int(ipaddress.IPv4Address(start)), int(value)
        else:
            first, count = int(start), int(value)
        yield registry, country, kind, first, count, date, status, holder


def refuse_overlaps(blocks):
    for kind, runs in blocks.items():
        runs.sort()
        for (first, count), (following, _) in zip(runs, runs[1:]):
            if first + count > following:
                sys.exit(f"{kind}: {first} + {count} overlaps {following}")


def in_blocks(count, size):
    whole, rest = divmod(count, size)
    return whole if rest == 0 else count / size


def ratio(part, whole):
    return None if whole == 0 else float(fractions.Fraction(part, whole))


def concentration(of_kind, holders):
    spaces = sorted((held[of_kind] for held in holders.values() if held[of_kind]), reverse=True)
    if not spaces:
        return [None] * 4
    whole = sum(spaces)
    # Half the mean difference between any two, over the mean.
    count = len(spaces)
    running, differences = 0, 0
    for rank, space in enumerate(sorted(spaces)):
        differences += rank * space - running
        running += space
    gini = fractions.Fraction(differences, count * whole)
    return [ratio(sum(spaces[:top]), whole) for top in (1, 5, 10)] + [float(gini)]


def figures(rows, world):
    delegated = [row for row in rows if row[6] in ("allocated", "assigned")]

    def total(kind, statuses):
        return sum(row[4] for row in rows if row[2] == kind and row[6] in statuses)

    held = ("allocated", "assigned")
    count = collections.Counter((row[2], row[6]) for row in rows)
    holders = collections.defaultdict(lambda: collections.Counter())
    for row in delegated:
        if row[7]:
            holders[row[0], row[7]][row[2]] += row[4]
    kinds = collections.Counter(
        (bool(h["ipv4"]), bool(h["ipv6"])) for h in holders.values()
    )
    both, v4, v6 = kinds[True, True], kinds[True, False], kinds[False, True]
    ipv6 = total("ipv6", held)
    ipv4 = total("ipv4", held)
    result = {
        "ipv6_prefixes": count["ipv6", "allocated"] + count["ipv6", "assigned"],
        "ipv6_allocated": count["ipv6", "allocated"],
        "ipv6_assigned": count["ipv6", "assigned"],
        "ipv6_slash32": in_blocks(ipv6, 2**96),
        "ipv6_slash48": in_blocks(ipv6, 2**80),
        "ipv4_records": count["ipv4", "allocated"] + count["ipv4", "assigned"],
        "ipv4_addresses": ipv4,
        "ipv4_slash24": in_blocks(ipv4, 256),
        "asn_records": count["asn", "allocated"] + count["asn", "assigned"],
        "asns": total("asn", held),
        "records_without_id": sum(1 for row in delegated if not row[7]),
        "ipv6_available_slash32": in_blocks(total("ipv6", ("available",)), 2**96),
        "ipv6_reserved_slash32": in_blocks(total("ipv6", ("reserved",)), 2**96),
        "ipv4_available_slash24": in_blocks(total("ipv4", ("available",)), 256),
        "ipv4_reserved_slash24": in_blocks(total("ipv4", ("reserved",)), 256),
        "asns_available": total("asn", ("available",)),
        "asns_reserved": total("asn", ("reserved",)),
    }
    if holders:
        result |= {
            "holders": len(holders),
            "holders_ipv4_only": v4,
            "holders_ipv6_only": v6,
            "holders_both": both,
            "holders_asn_only": kinds[False, False],
            "holders_with_ipv6_share": ratio(v6 + both, v4 + v6 + both),
        }
        for kind in ("ipv6", "ipv4"):
            names = (f"{kind}_top1", f"{kind}_top5", f"{kind}_top10", f"{kind}_gini")
            result |= dict(zip(names, concentration(kind, holders)))
    if world:
        result["ipv6_part_of_world"] = ratio(ipv6, world["ipv6"])
        result["ipv4_part_of_world"] = ratio(ipv4, world["ipv4"])
        result["asns_part_of_world"] = ratio(result["asns"], world["asn"])
    return result


def main(path):
    by_row = collections.defaultdict(list)
    blocks = collections.defaultdict(list)
    for record in records(path):
        country = record[1] if record[1] not in ("", "ZZ") else "ZZ"
        by_row[country].append(record)
        by_row["world"].append(record)
        blocks[record[2]].append((record[3], record[4]))
    refuse_overlaps(blocks)
    held = [r for r in by_row["world"] if r[6] in ("allocated", "assigned")]
    world = {kind: sum(r[4] for r in held if r[2] == kind) for kind in ("ipv4", "ipv6", "asn")}
    json.dump({row: figures(rows, world) for row, rows in sorted(by_row.items())}, sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1])
