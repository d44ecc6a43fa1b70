//! Blocks that may overlap, made into pieces that do not.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// A run of addresses or numbers, and the record that speaks for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Piece {
    /// The first.
    pub first: u128,
    /// The last; never before the first.
    pub last: u128,
    /// The record, by its place in the collection.
    pub record: u32,
}

/// A run that two records claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Overlap {
    /// The run, and the record that speaks for it.
    pub(super) kept: Piece,
    /// The next best of the others.
    pub(super) other: u32,
}

/// Pieces in order, each address in one of them, and where records overlapped.
#[derive(Clone, Debug, Default)]
pub(super) struct Swept {
    pub(super) pieces: Vec<Piece>,
    pub(super) overlaps: Vec<Overlap>,
}

/// Sorts blocks and resolves where they overlap: the one of the lowest rank
/// speaks. Takes the time of sorting, whatever overlaps.
pub(super) fn sweep<R: Ord>(mut blocks: Vec<Piece>, rank: impl Fn(u32) -> R) -> Swept {
    blocks.sort_unstable_by_key(|block| (block.first, block.last, block.record));
    let mut swept = Swept { pieces: Vec::with_capacity(blocks.len()), overlaps: Vec::new() };
    let mut rest = blocks.as_mut_slice();
    while let Some(first) = rest.first() {
        let mut reach = first.last;
        let mut len = 1;
        while let Some(next) = rest.get(len).filter(|next| next.first <= reach) {
            reach = reach.max(next.last);
            len += 1;
        }
        let (cluster, after) = rest.split_at_mut(len);
        match cluster {
            [alone] => swept.pieces.push(*alone),
            cluster => resolve(cluster, &rank, &mut swept),
        }
        rest = after;
    }
    swept
}

/// Blocks of which each overlaps with another, in the order of their starts.
fn resolve<R: Ord>(cluster: &[Piece], rank: &impl Fn(u32) -> R, swept: &mut Swept) {
    let ranks = ranks(cluster, rank);
    let mut bounds: Vec<u128> = cluster.iter().map(|block| block.first).collect();
    bounds.extend(cluster.iter().filter_map(|block| block.last.checked_add(1)));
    bounds.sort_unstable();
    bounds.dedup();
    // The best of the blocks that have begun; those that have ended are taken
    // out when they come to the top.
    let mut begun: BinaryHeap<Reverse<(usize, usize)>> = BinaryHeap::new();
    let mut next = 0;
    for (at, first) in bounds.iter().copied().enumerate() {
        while let Some(block) = cluster.get(next).filter(|block| block.first == first) {
            debug_assert!(block.first <= block.last);
            begun.push(Reverse((ranks[next], next)));
            next += 1;
        }
        let ended = |top: &Reverse<(usize, usize)>| cluster[top.0.1].last < first;
        while begun.peek().is_some_and(ended) {
            begun.pop();
        }
        let Some(best) = begun.pop() else { continue };
        while begun.peek().is_some_and(ended) {
            begun.pop();
        }
        let last = bounds.get(at + 1).map_or(u128::MAX, |next| next - 1);
        let piece = Piece { first, last, record: cluster[best.0.1].record };
        push(&mut swept.pieces, piece);
        if let Some(other) = begun.peek() {
            swept.overlaps.push(Overlap { kept: piece, other: cluster[other.0.1].record });
        }
        begun.push(best);
    }
}

/// For each block its place in the order of preference.
fn ranks<R: Ord>(cluster: &[Piece], rank: &impl Fn(u32) -> R) -> Vec<usize> {
    let mut order: Vec<usize> = (0..cluster.len()).collect();
    order.sort_by_cached_key(|at| (rank(cluster[*at].record), cluster[*at].record));
    let mut ranks = vec![0; cluster.len()];
    for (place, at) in order.into_iter().enumerate() {
        ranks[at] = place;
    }
    ranks
}

/// Adds a piece, to the one before where it goes on from it.
fn push(pieces: &mut Vec<Piece>, piece: Piece) {
    if let Some(before) = pieces.last_mut()
        && before.record == piece.record
        && before.last.checked_add(1) == Some(piece.first)
    {
        before.last = piece.last;
        return;
    }
    pieces.push(piece);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn block(first: u128, last: u128, record: u32) -> Piece {
        Piece { first, last, record }
    }

    #[test]
    fn blocks_apart_stay_as_they_are() {
        let swept = sweep(vec![block(8, 9, 1), block(0, 7, 0)], |record| record);
        assert_eq!(swept.pieces, [block(0, 7, 0), block(8, 9, 1)]);
        assert_eq!(swept.overlaps, []);
    }

    #[test]
    fn the_best_speaks_and_the_rest_of_a_block_stays() {
        let swept = sweep(vec![block(0, 99, 2), block(10, 19, 1)], |record| record);
        assert_eq!(swept.pieces, [block(0, 9, 2), block(10, 19, 1), block(20, 99, 2)]);
        assert_eq!(swept.overlaps, [Overlap { kept: block(10, 19, 1), other: 2 }]);
        let swept = sweep(vec![block(0, 99, 1), block(10, 19, 2)], |record| record);
        assert_eq!(swept.pieces, [block(0, 99, 1)]);
    }

    #[test]
    fn the_last_address_is_an_address() {
        let all = block(0, u128::MAX, 1);
        let end = block(u128::MAX, u128::MAX, 0);
        let swept = sweep(vec![all, end], |record| record);
        assert_eq!(swept.pieces, [block(0, u128::MAX - 1, 1), end]);
    }

    #[test]
    fn as_if_every_number_were_asked_for_by_itself() {
        let mut state = 88_172_645_463_325_252_u64;
        let mut next = move |below: u64| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state % below
        };
        for _ in 0..500 {
            let blocks: Vec<_> = (0..next(12))
                .map(|record| {
                    let first = u128::from(next(40));
                    block(first, first + u128::from(next(12)), u32::try_from(record).unwrap())
                })
                .collect();
            let order: Vec<_> = (0..12).map(|_| next(4)).collect();
            let rank = |record: u32| order[record as usize];
            let swept = sweep(blocks.clone(), rank);
            for number in 0..64 {
                let inside = |block: &&Piece| (block.first..=block.last).contains(&number);
                let best = blocks.iter().filter(inside).map(|block| block.record);
                let best = best.min_by_key(|record| (rank(*record), *record));
                let told: Vec<_> = swept.pieces.iter().filter(inside).collect();
                assert!(told.len() <= 1);
                assert_eq!(told.first().map(|piece| piece.record), best, "{number}");
                let claims = blocks.iter().filter(inside).count();
                let overlap = swept.overlaps.iter().any(|o| inside(&&o.kept));
                assert_eq!(overlap, claims > 1);
            }
        }
    }
}
