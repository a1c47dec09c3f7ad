# Every reason to wait, in one plant.
now 2026-11-20T08:00:00Z until 2026-12-20T00:00:00Z zone Europe/Berlin
rules margin 30 soak 60
window Short maintenance a 2026-11-21T22:00:00 for 60 rule FREQ=WEEKLY people 1 steps 1
window Frozen maintenance b 2026-12-05T22:00:00 for 480 people 1 steps 1
freeze Audit-week b 2026-12-01T00:00:00 for 20160
asset A1 zone a matters minor
asset B1 zone b matters minor
asset C1 zone c matters minor
work 1 P1 on A1 takes 40 undo 40 proven
work 2 P2 on A1 takes 10 undo 5 people 2 proven
work 3 P3 on B1 takes 10 undo 5 proven
work 4 P4 on C1 takes 10 undo 5 proven
work 5 P5 on A1 undo 5 proven
work 6 P6 on A1 takes 10 undo 5 no-way-back proven
work 7 P7 on A1 takes 10 undo 5 lacks an_Effective_entry_in_baseline_Line-A from the_approver proven
work 8 P8 on A1 takes 10 undo 5 needs 7 proven
work 9 P9 on A1 takes 10 undo 5 needs 10 proven
work 10 P10 on A1 takes 10 undo 5 needs 9 proven
work 11 P11 on A1 takes 10 undo 5 needs 99 proven
---
No step has a place.
P1 on A1 waits: for a longer window: work, undo and margin take 110 minutes, the longest stretch has 60
P2 on A1 waits: for people: it takes 2, no window has more than 1
P3 on B1 waits: for a window that is not frozen: all 1 occurrences are
P4 on C1 waits: for a window: none reaches it before the end of the horizon
P5 on A1 waits: for somebody to say how long it takes
P6 on A1 waits: for a way back, or a signed word that there is none
P7 on A1 waits: for an Effective entry in baseline Line-A (from the approver)
P8 on A1 waits: for work 7, which has no place
P9 on A1 waits: it needs work that needs it
P10 on A1 waits: it needs work that needs it
P11 on A1 waits: for work 99, which has no place
