//! Sets of templates: RFC 3954 sections 5.2 and 6.1, RFC 7011 section 3.4.

use super::ExportFormat;
use super::bytes::{be16, be32};
use super::plan::Field;

/// The bit of an element's number that says that an enterprise number follows.
const ENTERPRISE: u16 = 0x8000;
/// The smallest identifier of a template.
pub(super) const FIRST_TEMPLATE: u16 = 256;

/// What a set of templates says.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Told {
    /// A template; its fields are in the vector that was given.
    Template(u16),
    /// A template is taken back.
    Withdrawn(u16),
    /// All templates of the set's kind are taken back.
    AllWithdrawn,
}

/// Walks the templates in the body of a set.
#[derive(Debug)]
pub(super) struct TemplateSet<'a> {
    format: ExportFormat,
    options: bool,
    rest: &'a [u8],
}

impl<'a> TemplateSet<'a> {
    pub(super) fn new(format: ExportFormat, options: bool, body: &'a [u8]) -> Self {
        Self { format, options, rest: body }
    }

    /// The next template, its fields in `fields`. `None` at the end, and at padding.
    ///
    /// # Errors
    /// What follows is no template, or one that is cut.
    pub(super) fn next(&mut self, fields: &mut Vec<Field>) -> Result<Option<Told>, Malformed> {
        fields.clear();
        if self.rest.len() < 4 || self.rest.iter().all(|octet| *octet == 0) {
            return Ok(None);
        }
        let id = self.take16()?;
        let count = self.take16()?;
        let ipfix = self.format == ExportFormat::Ipfix;
        if ipfix && count == 0 {
            let all = if self.options { 3 } else { 2 };
            return Ok(Some(if id == all { Told::AllWithdrawn } else { Told::Withdrawn(id) }));
        }
        if id < FIRST_TEMPLATE {
            return Err(Malformed);
        }
        match (self.options, ipfix) {
            (false, _) => self.fields(count, 0, fields)?,
            (true, true) => {
                let scopes = self.take16()?;
                self.fields(count, scopes, fields)?;
            }
            (true, false) => {
                // Both lengths are in octets, four a field.
                let (scopes, others) = (count / 4, self.take16()? / 4);
                self.fields(scopes.saturating_add(others), scopes, fields)?;
            }
        }
        Ok(Some(Told::Template(id)))
    }

    fn fields(
        &mut self,
        count: u16,
        scopes: u16,
        fields: &mut Vec<Field>,
    ) -> Result<(), Malformed> {
        for index in 0..count {
            let (id, length) = (self.take16()?, self.take16()?);
            let scope = index < scopes;
            let marked = self.format == ExportFormat::Ipfix && id & ENTERPRISE != 0;
            let field = if marked {
                let enterprise = be32(self.rest, 0).ok_or(Malformed)?;
                self.rest = &self.rest[4..];
                Field { enterprise, id: id & !ENTERPRISE, length, scope }
            } else {
                Field { enterprise: 0, id, length, scope }
            };
            fields.push(field);
        }
        Ok(())
    }

    fn take16(&mut self) -> Result<u16, Malformed> {
        let number = be16(self.rest, 0).ok_or(Malformed)?;
        self.rest = &self.rest[2..];
        Ok(number)
    }
}

/// What is there is no template.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Malformed;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn withdrawals_and_padding_are_no_templates() {
        let body = [1, 0, 0, 0, 0, 2, 0, 0, 1, 1, 0, 1, 0, 8, 0, 4, 0, 0, 0, 0];
        let mut set = TemplateSet::new(ExportFormat::Ipfix, false, &body);
        let mut fields = Vec::new();
        assert_eq!(set.next(&mut fields), Ok(Some(Told::Withdrawn(256))));
        assert_eq!(set.next(&mut fields), Ok(Some(Told::AllWithdrawn)));
        assert_eq!(set.next(&mut fields), Ok(Some(Told::Template(257))));
        assert_eq!(fields, [Field { enterprise: 0, id: 8, length: 4, scope: false }]);
        assert_eq!(set.next(&mut fields), Ok(None));
    }

    #[test]
    fn an_enterprise_number_is_four_octets_more_in_ipfix_alone() {
        let body = [1, 0, 0, 1, 0x80, 1, 0, 8, 0, 0, 0x72, 0x79];
        let mut fields = Vec::new();
        TemplateSet::new(ExportFormat::Ipfix, false, &body).next(&mut fields).unwrap();
        assert_eq!(fields, [Field { enterprise: 29_305, id: 1, length: 8, scope: false }]);
        TemplateSet::new(ExportFormat::NetFlow9, false, &body).next(&mut fields).unwrap();
        assert_eq!(fields, [Field { enterprise: 0, id: 0x8001, length: 8, scope: false }]);
        let mut cut = TemplateSet::new(ExportFormat::Ipfix, false, &body[..11]);
        assert_eq!(cut.next(&mut fields), Err(Malformed));
    }
}
