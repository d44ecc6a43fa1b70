//! Loops over many values, compiled once more for processors with wide vectors.
//!
//! Nothing here changes what is computed: the same code is compiled twice, and which one
//! runs is asked of the processor.

/// Whether vectors of 512 bits are there, with all that numbers of 64 bits need.
#[cfg(target_arch = "x86_64")]
#[inline(always)]
pub(crate) fn are_wide() -> bool {
    is_x86_feature_detected!("avx512f")
        && is_x86_feature_detected!("avx512bw")
        && is_x86_feature_detected!("avx512dq")
        && is_x86_feature_detected!("avx512vl")
}

/// None that this program knows.
#[cfg(not(target_arch = "x86_64"))]
#[inline(always)]
pub(crate) fn are_wide() -> bool {
    false
}

/// Makes functions of which the loops run with wide vectors where the processor has them.
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
            #[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl")]
            fn wide($($argument: $type),*) $(-> $given)? {
                plain($($argument),*)
            }

            #[cfg(target_arch = "x86_64")]
            #[allow(unsafe_code, reason = "what a processor may not have is called where it has it")]
            if $crate::vectors::are_wide() {
                // SAFETY: the processor has what the function is compiled for.
                return unsafe { wide($($argument),*) };
            }
            plain($($argument),*)
        }
    )*};
}

pub(crate) use wide;
