import { fit } from './cells.ts';

const text = `\
kvmctl top: who uses this host                             any key goes back

  up down PgUp PgDn Home End   move the cursor
  Enter                        everything about the guest under the cursor
  F4 \\ /                       show only guests with what you type; Esc: all
  F5 t                         volumes: those that work, all, none
  F6 > <  left right           sort by the next column, or the one before
  P M R W B O N                sort by CPU%, MEM, READ, WRITE, IN, OUT, VMID
  I                            invert the order
  Z space                      pause
  + -                          a longer or shorter interval
  ctrl-L ctrl-Z                draw anew; suspend
  F10 q ctrl-C                 quit

  CPU%          of one processor: 200 is two of them
  MEM           what the guest takes of the host's memory
  READ WRITE    bytes a second, K is 1024; IN and OUT are the guest's network
  q 3.1 42 ms   requests under way on average, and how long one took
  busy 97%      how much of the time there was a request at all
  BOTTLENECK    the disk, CPU or memory nearest to its end, from 80 % on`;

export const renderHelp = (width: number): string[] => text.split('\n').map((line) => fit(line, width));
