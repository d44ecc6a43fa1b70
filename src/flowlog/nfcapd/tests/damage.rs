//! Every truncation, and flipped bits: no panic, and every record is somewhere.

use super::build::*;
use super::sink::read;
use crate::flowlog::FlowStop;
use crate::model::Undecodable;

#[test]
fn every_truncation_is_told_and_keeps_whole_blocks() {
    for compression in COMPRESSIONS {
        let file = sample_file(compression);
        let whole = read(&file).0;
        let ends: Vec<usize> =
            (0..file.len()).filter(|cut| read(&file[..*cut]).1.is_none()).collect();
        // Between the header and the first block, and between the blocks.
        assert_eq!((ends.len(), ends[0]), (2, 40), "{compression}: {ends:?}");
        for cut in 0..file.len() {
            let (kept, stop) = read(&file[..cut]);
            let flows = if cut < ends[1] { 0 } else { 3 };
            assert_eq!(kept.flows[..], whole.flows[..flows], "{compression} cut at {cut}");
            match stop {
                // The appendix need not be there.
                None => assert_eq!(kept.remarks.len(), usize::from(cut == 40)),
                Some(FlowStop::CutShort { needed, present, .. }) => assert!(needed > present),
                other => panic!("{other:?}"),
            }
        }
    }
}

#[test]
fn a_damaged_block_is_counted_and_the_next_is_read() {
    for compression in COMPRESSIONS.into_iter().skip(1) {
        let flows = [listed(&[generic([1, 2], [1, 40], [1, 2], 6)], 0, 0, 9)];
        let mut damaged = block(3, compression, &flows);
        damaged[0] = 200;
        damaged[12..].fill(0xff);
        let sound = block(3, compression, &flows);
        let (kept, stop) = read(&[header_2(compression, 0, 2), damaged, sound].concat());
        assert_eq!(stop, None, "{compression}");
        assert_eq!(kept.undecodable, [(Undecodable::MalformedRecord, 200)], "{compression}");
        assert_eq!((kept.flows.len(), kept.remarks.len()), (1, 1), "{:?}", kept.remarks);
    }
}

#[test]
fn records_that_do_not_fit_their_block_are_counted_once() {
    let good = listed(&[generic([1, 2], [1, 40], [1, 2], 6)], 0, 0, 9);
    let mut block = block(3, 0, &[good.clone(), good.clone(), good]);
    let second = 12 + 64;
    block[second + 2] = 3;
    let (kept, _) = read(&[header_2(0, 0, 1), block.clone()].concat());
    assert_eq!((kept.flows.len(), kept.records()), (1, 3));
    // A count that the block cannot hold is not believed.
    block[second + 2] = 64;
    block[..4].copy_from_slice(&u32::MAX.to_le_bytes());
    let (kept, _) = read(&[header_2(0, 0, 1), block.clone()].concat());
    assert_eq!((kept.flows.len(), kept.records()), (3, 4));
    block[..4].copy_from_slice(&1_u32.to_le_bytes());
    let (kept, _) = read(&[header_2(0, 0, 1), block].concat());
    assert_eq!((kept.flows.len(), kept.records()), (1, 1));
    assert_eq!(kept.remarks, ["128 bytes follow the 1 records of this block"]);
}

#[test]
fn elements_that_do_not_fit_their_record_are_malformed() {
    let whole =
        listed(&[generic([1, 2], [1, 40], [1, 2], 6), v4([192, 0, 2, 1], [192, 0, 2, 2])], 0, 0, 9);
    for cut in 4..whole.len() {
        let mut record = whole[..cut].to_vec();
        record[2..4].copy_from_slice(&(cut as u16).to_le_bytes());
        let (kept, _) = read(&[header_2(0, 0, 1), block(3, 0, &[record])].concat());
        assert_eq!((kept.flows.len(), kept.records()), (0, 1), "{cut}");
    }
    for (at, length) in [(12, 3), (12, 65), (64, 15)] {
        let mut record = whole.clone();
        record[at + 2] = length;
        let (kept, _) = read(&[header_2(0, 0, 1), block(3, 0, &[record])].concat());
        assert_eq!((kept.flows.len(), kept.records()), (0, 1), "{at} {length}");
    }
}

#[test]
fn blocks_beyond_the_limit_end_the_file() {
    let mut file = [header_2(0, 0, 1), block(3, 0, &[record(11, &[])])].concat();
    file[44..48].copy_from_slice(&(33_u32 << 20).to_le_bytes());
    let (_, stop) = read(&file);
    let Some(FlowStop::Malformed { what, .. }) = stop else { panic!("{stop:?}") };
    assert!(what.starts_with("a block of 34603008 bytes, where 33554432 is the most"), "{what}");
}

#[test]
fn flipped_bits_never_panic() {
    for compression in COMPRESSIONS {
        let file = sample_file(compression);
        for at in 0..file.len() {
            for bit in [at % 8, (at + 3) % 8] {
                let mut flipped = file.clone();
                flipped[at] ^= 1 << bit;
                let (kept, _) = read(&flipped);
                // What a damaged count may add is bounded by the block.
                assert!(kept.records() <= 6 + (32 << 20) / 4, "{compression} {at} {bit}");
            }
        }
    }
}
