# Four panels: one that nothing leads to, one with a client of its own, and the same with a way back by hand.
now 2026-11-20T08:00:00Z until 2027-02-01T00:00:00Z zone Europe/Berlin
rules pilots 1 wave 10 soak 0 margin 30
window Saturday maintenance line2 2026-11-21T22:00:00 for 480 rule FREQ=WEEKLY people 4 steps 4
asset HMI-1 zone line2 matters minor door nothing
asset HMI-2 zone line2 matters minor door device
asset HMI-3 zone line2 matters minor door nothing
asset HMI-4 zone line2 matters minor door device
work 1 FW-3 on HMI-1 weight 1 takes 60 undo 60
work 2 FW-3 on HMI-2 weight 1 takes 60 undo 60
work 3 FW-3 on HMI-3 weight 1 takes 60 undo 60 by-hand put_the_image_back
work 4 FW-3 on HMI-4 weight 1 takes 60 undo 60 by-hand put_the_image_back
---
Pilot wave 1 of FW-3: the first failure stops everything
    1. HMI-3  Sat 2026-11-21 22:00 CET, done by 23:00, last safe start Sun 2026-11-22 03:30 CET  (Saturday; 60 min as somebody estimated, undo 60 min; back by hand: put the image back)
HOLD until the engineer sees: wave 1 of FW-3 is done, verified on every asset, and has run 0 minutes without a fault
Rollout wave 2 of FW-3: the first failure stops everything
    2. HMI-4  Sat 2026-11-21 23:00 CET, done by Sun 2026-11-22 00:00 CET, last safe start Sun 2026-11-22 03:30 CET  (Saturday; 60 min as somebody estimated, undo 60 min; back by hand: put the image back)
Exposure left: 77.0 hours over 2 steps, each hour counted by how pressing the work is; no plan can be below that.
FW-3 on HMI-1 waits: for a way in: nothing leads to it (no agent, line or client), and it promises an automatic way back that nobody could go; enrol an agent, write its line, or write a way back by hand
FW-3 on HMI-2 waits: for another way back: it promises an automatic one, and this kind of client has none that can be ordered; write one by hand, or sign that there is none
Nothing leads to HMI-3: no agent, line or client; a person carries the steps out, by work order.
