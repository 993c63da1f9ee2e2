//! Floats of 16 bits, as the floats of 64 bits that they are exactly.

/// A number in IEEE 754's binary16: a sign, 5 bits of exponent, 10 of fraction.
pub fn binary16(bits: u16) -> f64 {
    let fraction = f64::from(bits & 0x3ff);
    let size = match i32::from(bits >> 10 & 0x1f) {
        0 => fraction * 2_f64.powi(-24),
        31 if fraction == 0.0 => f64::INFINITY,
        31 => f64::NAN,
        exponent => (1024.0 + fraction) * 2_f64.powi(exponent - 25),
    };
    if bits >> 15 == 1 { -size } else { size }
}

/// A number in bfloat16: the upper half of a float of 32 bits.
pub fn bfloat16(bits: u16) -> f64 {
    f32::from_bits(u32::from(bits) << 16).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A second method: the same bits in a float of 32 bits have an exponent that is too small by 112.
    #[test]
    fn every_binary16_is_the_number_that_it_is() {
        for bits in 0..=u16::MAX {
            let sign = if bits >> 15 == 1 { -1.0 } else { 1.0 };
            let expected = match bits & 0x7fff {
                0x7c00 => sign * f64::INFINITY,
                0x7c01.. => f64::NAN,
                rest => sign * f64::from(f32::from_bits(u32::from(rest) << 13)) * 2_f64.powi(112),
            };
            let found = binary16(bits);
            assert!(found.to_bits() == expected.to_bits() || found.is_nan() && expected.is_nan(), "{bits:x}: {found}");
        }
        assert_eq!([0x3c00, 0xc000, 0x7bff, 0x0001].map(binary16), [1.0, -2.0, 65504.0, 2_f64.powi(-24)]);
    }

    #[test]
    fn a_bfloat16_has_the_exponents_of_a_float_of_32_bits() {
        assert_eq!([0x3f80, 0xc000, 0x4049, 0x0001].map(bfloat16), [1.0, -2.0, 3.140625, 2_f64.powi(-133)]);
        assert!(bfloat16(0x7fc0).is_nan());
    }
}
