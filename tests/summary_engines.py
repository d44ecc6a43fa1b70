"""Reads a kept result with other engines and holds their sums against the report.

usage: summary_engines.py BINARY FOLDER

Makes a capture with 100,000 prefixes and more, keeps its result, and sums it up with DuckDB and with Polars, each where its
package is installed; then two results at once, whose sums are those of the merged result. Exits 0 when all sums agree, 1 when one does not, 77 when neither package is there.
"""
import json, os, subprocess, sys

def run(binary, *arguments):
    done = subprocess.run([binary, *arguments], capture_output=True)
    if done.returncode != 0:
        sys.exit(f"{arguments}: {done.returncode}: {done.stderr.decode()}")
    return done.stdout

def by_duckdb(paths):
    import duckdb
    path = "', '".join(paths)
    rows = duckdb.sql(f"""select section, view, family, sum(packets), sum(octets), sum(wire_octets)
        from read_parquet(['{path}']) where section in ('total', 'protocol') group by all""").fetchall()
    sums = {row[:3]: tuple(int(n) for n in row[3:]) for row in rows}
    prefixes = duckdb.sql(f"""select key1, family, sum(octets) from read_parquet(['{path}'])
        where section = 'breakdown' and dimensions = 'prefix=24/48' group by all""").fetchall()
    return sums, {(key, family): int(octets) for key, family, octets in prefixes}

def by_polars(paths):
    import polars
    rows = polars.read_parquet(paths)
    totals = rows.filter(polars.col("section").is_in(["total", "protocol"]))
    totals = totals.group_by("section", "view", "family").agg(polars.col("packets", "octets", "wire_octets").sum())
    sums = {row[:3]: row[3:] for row in totals.rows()}
    prefixes = rows.filter((polars.col("section") == "breakdown") & (polars.col("dimensions") == "prefix=24/48"))
    prefixes = prefixes.group_by("key1", "family").agg(polars.col("octets").sum())
    return sums, {row[:2]: row[2] for row in prefixes.rows()}

def main():
    binary, folder = sys.argv[1:3]
    capture, kept = os.path.join(folder, "c.pcap"), os.path.join(folder, "c.parquet")
    run(binary, "synth", "-o", capture, "-n", "300000", "--prefixes", "100000", "--snap-len", "96")
    report = json.loads(run(binary, "analyze", "-q", "--format", "json", "--save", kept, capture))
    if os.path.getsize(kept) > 20_000_000:
        sys.exit(f"the result has {os.path.getsize(kept)} bytes")
    want = {}
    for view, families in report["totals"].items():
        for family in ("ipv4", "ipv6"):
            figures = tuple(families[family][m] for m in ("packets", "octets", "wire_octets"))
            want["total", view, family] = want["protocol", view, family] = figures
    rows = next(b for b in report["breakdowns"] if b["by"] == ["prefix"])["rows"]
    prefixes = {(r["key"]["prefix"], f): r[f]["octets"] for r in rows for f in ("ipv4", "ipv6") if r[f]["octets"]}
    more, second, merged = (os.path.join(folder, name) for name in ("d.pcap", "d.parquet", "cd.parquet"))
    run(binary, "synth", "-o", more, "-n", "20000", "--prefixes", "5000", "--seed", "7")
    run(binary, "analyze", "-q", "-o", os.devnull, "--save", second, more)
    run(binary, "merge", kept, second, "-o", merged)
    ran = 0
    for name, read in (("duckdb", by_duckdb), ("polars", by_polars)):
        try:
            sums, found = read([kept])
            both, whole = read([kept, second]), read([merged])
        except ImportError:
            print(f"{name}: not installed")
            continue
        ran += 1
        if sums != want or found != prefixes:
            sys.exit(f"{name}: {sums} instead of {want}, {len(found)} of {len(prefixes)} prefixes")
        if both != whole or both == (sums, found):
            sys.exit(f"{name}: two results at once are not what v6share merge makes of them")
        print(f"{name}: the sums of {len(found)} prefixes and of the totals agree")
    sys.exit(0 if ran else 77)

if __name__ == "__main__":
    main()
