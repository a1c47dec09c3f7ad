//! What stored texts mean, said anew by a program that reads them in another way.
//!
//! Only current revisions are brought up to date; what was said of others stays as it was. The surprise: an expression is
//! a row of its own that many products share, so a product gets another row and no row is changed.

use super::{ProductReading, StoredProduct};
use crate::change::Change;
use crate::error::StoreError;
use crate::value::{Value, params};
use holdpoint_domain::advisory::ProductExpression;
use std::collections::BTreeSet;

crate::statements! {
    LAST_EXPRESSION = "SELECT COALESCE(MAX(number), 0) FROM expression";
    SET_EXPRESSION = "UPDATE advisory_product SET expression_no = $2 WHERE product_no = $1";
    SET_COUNTS = "UPDATE advisory_revision SET
        decided = (SELECT COUNT(*) FROM advisory_product p JOIN expression e ON e.number = p.expression_no
            WHERE p.revision_no = advisory_revision.number AND e.outcome = 'decided'),
        conditional = (SELECT COUNT(*) FROM advisory_product p JOIN expression e ON e.number = p.expression_no
            WHERE p.revision_no = advisory_revision.number AND e.outcome = 'conditional'),
        not_understood = (SELECT COUNT(*) FROM advisory_product p JOIN expression e ON e.number = p.expression_no
            WHERE p.revision_no = advisory_revision.number AND e.outcome = 'not_understood')
        WHERE id = $1";
}

impl Change<'_> {
    /// Gives products the readings of their texts that hold now, and counts anew how many of their revisions are understood.
    ///
    /// # Errors
    /// When the database fails.
    pub fn put_readings(&mut self, others: &[(StoredProduct, ProductReading)]) -> Result<(), StoreError> {
        let last: i64 = self.query_one(LAST_EXPRESSION, params![], |row| row.get(0))?;
        let expressions: Vec<ProductExpression> =
            others.iter().map(|(product, _)| product.expression.clone()).collect();
        let readings: Vec<ProductReading> = others.iter().map(|(_, reading)| reading.clone()).collect();
        let numbers = self.expression_numbers(&expressions, &readings, last)?;
        let rows = others.iter().zip(numbers);
        let rows =
            rows.map(|((product, _), number)| vec![Value::from(product.product_no), Value::from(number)]);
        self.exec_many(SET_EXPRESSION, rows)?;
        let revisions: BTreeSet<_> = others.iter().map(|(product, _)| product.revision).collect();
        self.exec_many(SET_COUNTS, revisions.into_iter().map(|id| vec![Value::from(id)]))?;
        Ok(())
    }
}
