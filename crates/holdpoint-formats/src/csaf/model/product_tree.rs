//! The `/product_tree` object: where products are defined, by branches, names and relationships.
//!
//! Not here: looking products up (`resolve`). The surprise: a leaf's `name` is for people; the path of branches above
//! it says vendor, product and version.

use super::document::unique;
use crate::csaf::inspection::Inspection;
use crate::csaf::object::object;
use crate::csaf::place::Place;
use crate::csaf::text::{Cpe, HashValue, Purl, Text, Uri};
use crate::csaf::words::{BranchCategory, RelationshipCategory};

object! {
    /// All products of the document.
    struct ProductTree<'a> {
        /// Products as a tree of vendor, product, version…
        some branches "branches": Branch<'a>,
        /// Products without a tree.
        some full_product_names "full_product_names": FullProductName<'a>,
        /// Named sets of products.
        some product_groups "product_groups": ProductGroup<'a>,
        /// Products that are combinations of two others.
        some relationships "relationships": Relationship<'a>,
    }
    check tree_is_not_empty
}
object! {
    /// One level of the tree, with either more branches or a product below it.
    struct Branch<'a> {
        /// The next level.
        some branches "branches": Branch<'a>,
        /// What this level names.
        must category "category": BranchCategory<'a>,
        /// Its name.
        must name "name": Text<'a>,
        /// The product that this path defines.
        may product "product": FullProductName<'a>,
    }
    check branch_has_one_child
}
object! {
    /// A product that the document defines.
    struct FullProductName<'a> {
        /// The name for people.
        must name "name": Text<'a>,
        /// The id inside this document.
        must product_id "product_id": Text<'a>,
        /// Identifiers for machines.
        may product_identification_helper "product_identification_helper": IdentificationHelper<'a>,
    }
}
object! {
    /// Identifiers of a product for machines.
    struct IdentificationHelper<'a> {
        /// Its CPE name.
        may cpe "cpe": Cpe<'a>,
        /// Hashes of its files.
        some hashes "hashes": Hashes<'a>,
        /// Model numbers: in 2.0 each is a prefix, with `?` for one character and `*` for any number.
        some model_numbers "model_numbers": Text<'a>,
        /// Its package URL.
        may purl "purl": Purl<'a>,
        /// Where its bill of materials is.
        some sbom_urls "sbom_urls": Uri<'a>,
        /// Serial numbers, written like model numbers.
        some serial_numbers "serial_numbers": Text<'a>,
        /// Order numbers, written like model numbers.
        some skus "skus": Text<'a>,
        /// Identifiers of other systems.
        some x_generic_uris "x_generic_uris": GenericUri<'a>,
    }
    check helper_is_sound
}
object! {
    /// The hashes of one file.
    struct Hashes<'a> {
        /// One value for each algorithm.
        all file_hashes "file_hashes": FileHash<'a>,
        /// The name of the file.
        must filename "filename": Text<'a>,
    }
}
object! {
    /// One hash value.
    struct FileHash<'a> {
        /// The algorithm, for example `sha256`.
        must algorithm "algorithm": Text<'a>,
        /// The value in hexadecimal digits.
        must value "value": HashValue<'a>,
    }
}
object! {
    /// An identifier of another system.
    struct GenericUri<'a> {
        /// The system.
        must namespace "namespace": Uri<'a>,
        /// The identifier.
        must uri "uri": Uri<'a>,
    }
}
object! {
    /// A named set of products.
    struct ProductGroup<'a> {
        /// The id inside this document.
        must group_id "group_id": Text<'a>,
        /// Its members, two or more.
        all product_ids "product_ids": Text<'a>,
        /// What they have in common.
        may summary "summary": Text<'a>,
    }
    check group_is_sound
}
object! {
    /// A product that is a combination: `product_reference` is `category` of `relates_to_product_reference`.
    struct Relationship<'a> {
        /// How the two belong together.
        must category "category": RelationshipCategory<'a>,
        /// The combination as a product of its own.
        must full_product_name "full_product_name": FullProductName<'a>,
        /// The component.
        must product_reference "product_reference": Text<'a>,
        /// What it is on, with or in.
        must relates_to_product_reference "relates_to_product_reference": Text<'a>,
    }
}

fn tree_is_not_empty(tree: &ProductTree<'_>, place: &Place<'_>, to: &mut Inspection) {
    let bare = tree.branches.is_empty()
        && tree.full_product_names.is_empty()
        && tree.product_groups.is_empty()
        && tree.relationships.is_empty();
    if bare && tree.keys.remarks().is_empty() {
        to.breach(place, "the product tree is empty, it needs at least one property");
    }
}

fn branch_has_one_child(branch: &Branch<'_>, place: &Place<'_>, to: &mut Inspection) {
    let children = usize::from(!branch.branches.is_empty() || branch.keys.has_empty("branches"))
        + usize::from(branch.product.is_some())
        + usize::from(branch.keys.has_unknown());
    if children != 1 {
        to.breach(place, "a branch has a category, a name and exactly one of `branches` and `product`");
    }
}

fn helper_is_sound(helper: &IdentificationHelper<'_>, place: &Place<'_>, to: &mut Inspection) {
    let bare = helper.cpe.is_none()
        && helper.hashes.is_empty()
        && helper.model_numbers.is_empty()
        && helper.purl.is_none()
        && helper.sbom_urls.is_empty()
        && helper.serial_numbers.is_empty()
        && helper.skus.is_empty()
        && helper.x_generic_uris.is_empty();
    if bare && helper.keys.remarks().is_empty() {
        to.breach(place, "the identification helper is empty, it needs at least one property");
    }
    unique(&helper.model_numbers, &place.key("model_numbers"), to);
    unique(&helper.serial_numbers, &place.key("serial_numbers"), to);
}

fn group_is_sound(group: &ProductGroup<'_>, place: &Place<'_>, to: &mut Inspection) {
    let list = place.key("product_ids");
    if group.product_ids.len() == 1 {
        to.breach(list, "a product group needs at least two products");
    }
    unique(&group.product_ids, &list, to);
}
