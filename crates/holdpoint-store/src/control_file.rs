//! Files that somebody put to a compensating control of an exemption. Their bytes lie among the blobs.

use crate::change::Change;
use crate::columns::storable;
use crate::error::StoreError;
use crate::reader::Reader;
use crate::test_record::Attachment;
use crate::value::params;
use holdpoint_domain::id::ExemptionId;

crate::statements! {
    ALL = "SELECT f.control, f.name, f.sha256, f.size_bytes, f.added_by, f.added_at FROM control_file f
        JOIN exemption x ON x.number = f.exemption_no WHERE x.id = $1 ORDER BY f.place";
    PUT = "INSERT INTO control_file (exemption_no, place, control, name, sha256, size_bytes, added_by, added_at)
        SELECT x.number, (SELECT COALESCE(MAX(f.place), 0) + 1 FROM control_file f WHERE f.exemption_no = x.number),
            $2, $3, $4, $5, $6, $7 FROM exemption x WHERE x.id = $1";
}

/// A file of a control.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ControlFile {
    /// Which control of the exemption, from 1.
    pub control: u64,
    /// The file.
    pub file: Attachment,
}

impl Reader<'_> {
    /// The files of an exemption's controls, the oldest first.
    ///
    /// # Errors
    /// When the database fails or holds damaged data.
    pub fn control_files(&mut self, exemption: ExemptionId) -> Result<Vec<ControlFile>, StoreError> {
        self.query(ALL, params![exemption], |row| {
            Ok(ControlFile {
                control: row.get(0)?,
                file: Attachment {
                    name: row.get(1)?,
                    sha256: row.get(2)?,
                    size_bytes: row.get(3)?,
                    added_by: row.get(4)?,
                    added_at: row.get(5)?,
                },
            })
        })
    }
}

impl Change<'_> {
    /// Keeps a file of a control, whose bytes were stored before.
    ///
    /// # Errors
    /// When the database fails.
    pub fn put_control_file(&mut self, exemption: ExemptionId, new: &ControlFile) -> Result<(), StoreError> {
        self.exec(
            PUT,
            params![
                exemption,
                new.control,
                &*storable(&new.file.name),
                &new.file.sha256,
                new.file.size_bytes,
                &*storable(&new.file.added_by),
                new.file.added_at
            ],
        )?;
        Ok(())
    }
}
