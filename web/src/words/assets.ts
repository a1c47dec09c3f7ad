// The words of the list of assets that no advisory speaks of.

export const unmatchedAssets = {
  title: 'Assets without advisories',
  link: 'Without advisories',
  columns: {
    tag: 'Tag',
    kind: 'Kind',
    vendor: 'Vendor',
    product: 'Product',
    orderNumber: 'Order number',
    site: 'Site',
    why: 'Why nothing was found',
    questions: 'Questions',
  },
  question: (n: number, tag: string) => `Question ${n} on the names of ${tag}`,
  questionShort: (n: number) => `No. ${n}`,
  tabs: {
    all: 'All',
    noName: 'No name',
    noVendor: 'No vendor',
    vendorUnknown: 'Vendor in no advisory',
    nameTooGeneral: 'Name too general',
    noProductNear: 'No product like it',
  },
  noneTitle: 'No asset has this reason',
  emptyTitle: 'Every asset has an answer',
  emptyText: 'For each asset at least one advisory says that it is affected, is not, or may be.',
};
