import { type ForeignChange, mended, type Row } from './foreign-change.ts';

/** Changes a definition as `virsh edit` does. */
const edit = (guest: string, change: string): string =>
  `virsh dumpxml --inactive ${guest} | sed "${change}" >/run/edited.xml; virsh define /run/edited.xml`;

const stranger = (name: string, more: string): string => `cat >/run/stranger.xml <<'END'
<domain type='qemu'><name>${name}</name><memory unit='MiB'>32</memory><os><type arch='x86_64'>hvm</type></os>
<devices>${more}</devices></domain>
END
virsh define /run/stranger.xml`;

const ofLibvirt: readonly ForeignChange[] = [
  ...(
    [
      ['memory in the definition', 'virsh setmaxmem g03 64M --config', 'definition: change the definition'],
      [
        'memory of a guest that runs',
        'virsh setmem db 100M --live; until virsh dominfo db | grep -q "Used memory: *102400 "; do sleep 0.2; done',
        'running guest: it runs with',
      ],
      ['processors', 'virsh setvcpus g03 2 --config --maximum', 'vcpu'],
      ['no start with the host', 'virsh autostart --disable g04', 'autostart: start it with the host'],
      ['a definition that is gone', 'virsh undefine g05', 'definition: define the domain'],
      ['a definition that is gone from a guest that runs', 'virsh undefine mail', 'mail'],
      ['a guest that is paused', 'virsh suspend web', 'state: it is paused'],
      ['a guest that is off', 'virsh destroy web', 'state: it does not run'],
      [
        'a guest that was killed',
        'kill -KILL "$(cat /run/libvirt/qemu/web.pid)"; while [ "$(virsh domstate web)" = running ]; do sleep 0.1; done',
        'state: it does not run',
      ],
      ['a guest whose memory is kept', 'virsh managedsave mail', 'state: it does not run'],
      [
        'a disk attached to the definition',
        'virsh attach-disk g06 /dev/vg/g07.root vdz --config --targetbus virtio',
        'devices.disk[vdz]',
      ],
      ['a disk detached from the definition', 'virsh detach-disk g06 vda --config', 'devices.disk[vda]'],
      ['a card detached from the definition', 'virsh detach-interface g06 ethernet --config', 'devices.interface'],
      ['a title', 'virsh desc g07 --config --title Mine', 'title'],
      [
        'a screen for all',
        edit('g08', "s/listen='127.0.0.1'/listen='0.0.0.0'/; s/address='127.0.0.1'/address='0.0.0.0'/"),
        '@listen',
      ],
      ['another end after a crash', edit('public', 's,<on_crash>destroy,<on_crash>restart,'), 'on_crash'],
      ['a metadata element of ours that is gone', edit('g09', '/<metadata>/,/<.metadata>/d'), 'g09'],
    ] satisfies Row[]
  ).map(mended),
  {
    what: 'a disk on a snapshot',
    script:
      'virsh snapshot-create-as public one --no-metadata --disk-only --diskspec vda,file=/run/one.qcow2 --diskspec vdb,snapshot=no',
    shows: 'public writes to /run/one.qcow2',
    refuses: 'virsh blockcommit public vda --active --pivot',
    undo: 'virsh blockcommit public vda --active --pivot --wait; rm /run/one.qcow2',
  },
  {
    what: 'a copy under way',
    script:
      'truncate -s 64M /run/copy.img; virsh blockcopy db vda /run/copy.img --transient-job --reuse-external --format raw --bandwidth 1',
    shows: 'copy of vda',
    refuses: 'virsh blockjob db',
    undo: 'virsh blockjob db vda --abort; rm /run/copy.img',
  },
  {
    what: 'a disk attached to a guest that runs',
    script: 'virsh attach-disk mail /dev/vg/g07.root vdz --live --targetbus virtio',
    shows: 'devices.disk[vdz]',
    refuses: 'mail runs on, and has this only after a restart',
    restarts: 'mail',
  },
  {
    what: 'a cable pulled',
    script: 'virsh domif-setlink web tun71 down',
    shows: 'link',
    refuses: 'web runs on, and has this only after a restart',
    restarts: 'web',
  },
  {
    what: 'a slower disk',
    script: 'virsh blkdeviotune web vda --total-iops-sec 50 --live',
    shows: 'iotune',
    refuses: 'web runs on, and has this only after a restart',
    restarts: 'web',
  },
  {
    what: 'an order to QEMU itself',
    script: 'virsh qemu-monitor-command web --hmp info version',
    shows: 'past libvirt',
    refuses: 'past libvirt',
    restarts: 'web',
  },
  {
    what: 'a guest under another name',
    script: 'virsh domrename g10 other',
    shows: 'libvirt knows g10 by the name of other',
    refuses: 'virsh domrename other g10',
    undo: 'virsh domrename other g10',
  },
  {
    what: 'a stranger of the name of a guest',
    script: `virsh undefine g11; ${stranger('g11', '')}`,
    shows: 'g11',
    refuses: 'a domain called g11 is there that is not from an inventory',
    undo: 'virsh undefine g11',
  },
  {
    what: 'a stranger with the disk of a guest',
    script: stranger(
      'stranger',
      "<disk type='block'><source dev='/dev/vg/g12.root'/><target dev='vda' bus='virtio'/></disk>",
    ),
    shows: 'stranger',
    refuses: 'stranger',
    undo: 'virsh undefine stranger',
  },
];

const ofLvm: readonly ForeignChange[] = [
  ...(
    [
      ['a volume under another name', 'lvrename -q vg g01.root other', 'rename vg/other'],
      ['a volume under another name whose guest runs', 'lvrename -q vg web.var other', 'rename vg/other'],
      [
        'two volumes that changed names',
        'lvrename -q vg g01.root x; lvrename -q vg g02.root g01.root; lvrename -q vg x g02.root',
        'rename',
      ],
      ['a volume that is gone', 'lvremove -qqy vg/g05.root', 'create vg/g05.root'],
      ['a volume that is smaller', 'lvreduce -qqfy -L 4M vg/g03.root', 'grow vg/g03.root'],
    ] satisfies Row[]
  ).map(mended),
  {
    what: 'a volume that is larger',
    script: 'lvextend -qq -L 12M vg/g02.root',
    shows: 'vg/g02.root',
    refuses: 'vg/g02.root',
    undo: 'lvreduce -qqfy -L 8M vg/g02.root',
  },
  {
    what: 'a volume without its mark',
    script: 'lvchange -qq --deltag kvm:g04/root vg/g04.root',
    shows: 'vg/g04.root',
    refuses: 'kvmctl apply --adopt vg/g04.root',
    undo: 'lvchange -qq --addtag kvm:g04/root vg/g04.root',
  },
  {
    what: 'a volume with two marks',
    script: 'lvchange -qq --addtag kvm:g05/root vg/g06.root',
    shows: 'vg/g06.root',
    refuses: 'vg/g06.root',
    undo: 'lvchange -qq --deltag kvm:g05/root vg/g06.root',
  },
  {
    what: 'a volume that is marked for a guest that is not there',
    script: 'lvcreate -qqy -L 4M -n nobody.root --addtag kvm:nobody/root vg',
    shows: 'vg/nobody.root',
    refuses: 'vg/nobody.root is ours, and no guest has it any more',
    undo: 'lvremove -qqy vg/nobody.root',
  },
  {
    what: 'a volume that may only be read',
    script: 'lvchange -qq -pr vg/g08.root',
    shows: 'vg/g08.root',
    refuses: 'lvchange -prw vg/g08.root',
    undo: 'lvchange -qq -prw vg/g08.root',
  },
  {
    what: 'a group that is given away',
    script: 'vgexport -qq vg',
    shows: /vg.*export/,
    refuses: /vg.*export/,
    undo: 'vgimport -qq vg',
  },
];

/** What virsh and LVM's commands change of guests. */
export const foreignGuestChanges: readonly ForeignChange[] = [...ofLibvirt, ...ofLvm];
