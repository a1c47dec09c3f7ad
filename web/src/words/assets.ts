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
    resembles: 'A name resembles it',
    namedCleared: 'Named, only as not affected',
    onlyCandidates: 'Only candidates',
    onlyNotUnderstood: 'Versions not understood',
    onlyVersionOpen: 'Version or condition open',
    onlyInvestigated: 'Under investigation',
  },
  counted: (label: string, n: number) => `${label} (${n})`,
  noneTitle: 'No asset has this reason',
  emptyTitle: 'Advisories speak of every asset',
  emptyText:
    'Of each asset that is here at least one advisory says that it is affected, is not, or may be; what may be is still to check.',
};
