//! Loops over many values, compiled once more for processors with wide vectors.
//!
//! Nothing here changes what is computed: the same code is compiled several times, and
//! which one runs is asked of the processor.

/// Makes functions of which the loops run with the widest vectors that the processor has:
/// of 512 bits with all that numbers of 64 bits need (x86-64-v4), of 256 bits
/// (x86-64-v3), or those that all processors of a kind have.
///
/// What they change is given as arguments of its own, for of those the compiler knows
/// that they do not overlap.
macro_rules! wide {
    ($(
        $(#[$attribute:meta])*
        $visibility:vis fn $name:ident($($argument:ident: $type:ty),* $(,)?) $(-> $given:ty)? $body:block
    )*) => {$(
        $(#[$attribute])*
        #[inline(always)]
        $visibility fn $name($($argument: $type),*) $(-> $given)? {
            #[inline(always)]
            fn plain($($argument: $type),*) $(-> $given)? $body

            #[cfg(target_arch = "x86_64")]
            #[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt")]
            fn wide($($argument: $type),*) $(-> $given)? {
                plain($($argument),*)
            }

            #[cfg(target_arch = "x86_64")]
            #[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl")]
            fn widest($($argument: $type),*) $(-> $given)? {
                plain($($argument),*)
            }

            #[cfg(target_arch = "x86_64")]
            #[allow(unsafe_code, reason = "what a processor may not have is called where it has it")]
            match $crate::vectors::width() {
                // SAFETY: the processor has what the function is compiled for.
                $crate::vectors::Width::Bits512 => return unsafe { widest($($argument),*) },
                // SAFETY: so it has.
                $crate::vectors::Width::Bits256 => return unsafe { wide($($argument),*) },
                $crate::vectors::Width::Any => {}
            }
            plain($($argument),*)
        }
    )*};
}

pub(crate) use wide;

/// The widest vectors that a processor has.
#[cfg(target_arch = "x86_64")]
#[derive(Clone, Copy)]
pub(crate) enum Width {
    Bits512,
    Bits256,
    Any,
}

/// Those that this one has.
#[cfg(target_arch = "x86_64")]
#[inline(always)]
pub(crate) fn width() -> Width {
    if is_x86_feature_detected!("avx512f")
        && is_x86_feature_detected!("avx512bw")
        && is_x86_feature_detected!("avx512dq")
        && is_x86_feature_detected!("avx512vl")
    {
        Width::Bits512
    } else if is_x86_feature_detected!("avx2")
        && is_x86_feature_detected!("bmi1")
        && is_x86_feature_detected!("bmi2")
        && is_x86_feature_detected!("lzcnt")
        && is_x86_feature_detected!("popcnt")
    {
        Width::Bits256
    } else {
        Width::Any
    }
}
