// The words of notices: what people are told because something changed by itself.

export const notices = {
  title: 'Notices',
  unread: (n: number) => (n === 1 ? '1 notice' : `${n} notices`),
  quick: 'Which notices',
  new: 'Not read',
  all: 'All',
  columns: { text: 'What happened', about: 'About', at: 'When', read: 'Read' },
  kinds: {
    held: 'Held back',
    authorisation_ended: 'Authorisation ended',
    exemption_review: 'Exemption to review',
    exemption_ended: 'Exemption ended',
    review_overdue: 'Review overdue',
    question_due: 'Answer due',
    question_escalated: 'Escalated',
    drift: 'Drift',
    deployment_stopped: 'Deployment stopped',
  } as Record<string, string>,
  nouns: {
    baseline: 'Baseline',
    exemption: 'Exemption',
    decision: 'Decision',
    question: 'Question to a supplier',
    asset: 'Asset',
    plan: 'Deployment',
  } as Record<string, string>,
  mark: 'Mark as read',
  markAll: (n: number) => (n === 1 ? 'Mark it as read' : `Mark ${n} as read`),
  example: 'kind:exemption_review at>-7d',
  emptyTitle: 'You were told nothing yet',
  emptyText:
    'Notices tell what changes without anybody’s doing: an authorisation that ends, an exemption that has to be looked at again, an answer that a supplier owes.',
};
