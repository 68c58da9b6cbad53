/** iostat's output in the shapes it has had, for the tests. */
export const shapes = {
  /** sysstat 9.0, `iostat -kN 3`, of a host with four guests. */
  gentoo2009: `Linux 2.6.30-gentoo-r4 (management)     10/27/09        _x86_64_        (2 CPU)

avg-cpu:  %user   %nice %system %iowait  %steal   %idle
           1.50    0.01    0.76    0.30    0.00   97.42

Device:            tps    kB_read/s    kB_wrtn/s    kB_read    kB_wrtn
sda               7.41        20.41        81.74   40356551  161598758
sdb               7.34        22.43        81.74   44349475  161598762
md2              25.19        42.84        78.88   84687436  155947070
vg-aj.home        0.46        15.98         5.70   31601540   11276952
vg-public.root    0.12         0.65         0.15    1289338     303211
vg-private.root   1.50         5.57         0.41   11008628     815908
vg-db.root        7.48         0.06        29.85     114855   59016789
`,
  /** sysstat 7, `iostat -t` in French: no machine, a word before the time, translated columns, decimal comma. */
  french: `Linux 2.6.18-5-686 (hôte) \t27.10.2007

Heure : 16:33:12
avg-cpu:  %utilis %nice %système %att.E/S %volé   %inactif
           1,50    0,01    0,76    0,30    0,00   97,42

Périphérique:      tps   Blq_lus/s  Blq_écrits/s  Blq_lus  Blq_écrits
hda               7,41        20,41        81,74   40356551  161598758

`,
  japanese: `Linux 6.1.0 (host) \t2026年11月23日 \t_x86_64_\t(2 CPU)

2026年11月23日 04時33分12秒
avg-cpu:  %user   %nice %system %iowait  %steal   %idle
          16.87    0.00    4.23    0.25    0.01   78.63


2026年11月23日 04時33分13秒
avg-cpu:  %user   %nice %system %iowait  %steal   %idle
           0.00    0.00    0.00    0.00    0.00  100.00


`,
  /** sysstat 11.6, `iostat -h -x -d -t 1 2`: NUL bytes, the name alone on its line. */
  nameAlone: `Linux 4.14.0 (vm) \t11/23/26 \t_x86_64_\t(2 CPU)

11/23/26 04:44:15
Device            r/s     w/s     rkB/s     wkB/s   rrqm/s   wrqm/s  %rrqm  %wrqm r_await w_await aqu-sz rareq-sz wareq-sz  svctm  %util
vda
                71.30   43.79    888.7k    934.8k     8.98    42.57  11.2%\0  49.3%\0    0.67    0.21   0.06    12.5k    21.3k   0.08   0.9%\0

11/23/26 04:44:16
Device            r/s     w/s     rkB/s     wkB/s   rrqm/s   wrqm/s  %rrqm  %wrqm r_await w_await aqu-sz rareq-sz wareq-sz  svctm  %util
vda
                 1.00    0.00      1.5M      0.0k     0.00     0.00   0.0%\0   0.0%\0    1.00    0.00   0.00     1.5M     0.0k   1.00   0.1%\0

`,
  /** sysstat 12.6, `iostat --pretty -x -d -g g1 vda` in colour. */
  colouredPretty: `Linux 6.18.44 (vm) \t2026-11-23 \t_x86_64_\t(2 CPU)

     r/s     rkB/s   rrqm/s  %rrqm r_await rareq-sz Device
\u001b[34;1m   68.77\u001b[0m\u001b[34;1m    866.64\u001b[0m\u001b[34;1m     9.53\u001b[0m\u001b[34;1m  12.17\u001b[0m\u001b[34;1m    0.64\u001b[0m\u001b[34;1m    12.60\u001b[0m\u001b[32;22m vda\u001b[0m
\u001b[34;1m   68.77\u001b[0m\u001b[34;1m    866.64\u001b[0m\u001b[34;1m     9.53\u001b[0m\u001b[34;1m  12.17\u001b[0m\u001b[34;1m    0.64\u001b[0m\u001b[34;1m    12.60\u001b[0m\u001b[32;22m  g1\u001b[0m

     f/s f_await  aqu-sz  %util Device
   10.10    0.05    0.06   0.94 vda
   10.10    0.05    0.06   0.94  g1


`,
  /** sysstat 12.6, `iostat -d -s -g ALL -z 1 3`: a group's row begins with a space, the second report is empty. */
  group: `Linux 6.18.44 (vm) \t11/23/26 \t_x86_64_\t(2 CPU)

Device             tps    kB_read/s     kB_w+d/s    kB_read     kB_w+d
cciss/c0d0      159.75       868.41      1298.57    4606509    6888272
 ALL            159.75       868.41      1298.57    4606509    6888272


Device             tps    kB_read/s     kB_w+d/s    kB_read     kB_w+d


Device             tps    kB_read/s     kB_w+d/s    kB_read     kB_w+d
cciss/c0d0        1.00         0.00         8.00          0          8
 ALL              1.00         0.00         8.00          0          8


`,
  /** sysstat 8, `iostat -n`, and a column that no version has had. */
  nfs: `Linux 2.6.26 (host) \t10/27/09 \t_i686_

avg-cpu:  %user   %nice %system %iowait  %steal   %idle
           1.50    0.01    0.76    0.30    0.00   97.42

Device:            tps   Blk_read/s   Blk_wrtn/s   Blk_read   Blk_wrtn  lunar/s
sda               7.41         2.00         4.00         20         40     3.25

Filesystem:              rMB_nor/s    wMB_nor/s    rMB_dir/s    wMB_dir/s    rMB_svr/s    wMB_svr/s     ops/s    rops/s    wops/s
server:/my export             1.00         2.00         3.00         4.00         5.00         6.00      7.00      8.00      9.00

`,
  /** sysstat 11.6, `iostat -y -o JSON 1`: a comma too many, interrupted. */
  json: `{"sysstat": {
	"hosts": [
		{
			"nodename": "vm",
			"sysname": "Linux",
			"release": "6.18.44",
			"machine": "x86_64",
			"number-of-cpus": 2,
			"date": "11/23/26",
			"statistics": [
,
				{
					"timestamp": "11/23/26 04:33:45",
					"avg-cpu":  {"user": 50.25, "nice": 0.00, "system": 0.50, "iowait": 0,25, "steal": 0.00, "idle": 49.25},
					"disk": [
						{"disk_device": "vda", "tps": 80.00, "kB_read/s": 0.00, "kB_wrtn/s": 448.00, "kB_read": 0, "kB_wrtn": 448},
						{"disk_device": " ALL", "tps": 80.00, "kB_read/s": 0.00, "kB_wrtn/s": 448.00, "kB_read": 0, "kB_wrtn": 448}
					]
				},
				{
					"timestamp": "11/23/26 04:33:46",
					"avg-cpu":  {"user": 1.00, "nice": 0.00, "system": 0.50, "iowait": 0.00, "steal": 0.00, "idle": 98.50},
					"disk": [
						{"disk_device": "vda", "tps": 1.00, "kB_re`,
};
