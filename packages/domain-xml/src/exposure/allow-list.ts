/**
 * What raw XML may hold because it is known to stay inside the guest: an element a line with its attributes, `#` being its
 * text. `*` stands for any element. Without more, a value is a plain word, which is no path; `=a|b` allows these values
 * only, `={rule}` what the rule of values.ts takes. Whatever has no line is an exposure; so is all that libvirt learns later.
 *
 * Source: https://libvirt.org/formatdomain.html, and src/conf/domain_conf.c of libvirt 9.0.0.
 */
export const allowList = `
@type=kvm|qemu @id
title #={text}
description #={text}
genid #
metadata
maxMemory @unit @slots #
memory @unit @dumpCore #
currentMemory @unit #
vcpu @placement @cpuset @current #
vcpus
vcpus.vcpu @id @enabled @hotpluggable @order
iothreads #
iothreadids
iothreadids.iothread @id @thread_pool_min @thread_pool_max
defaultiothread @thread_pool_min @thread_pool_max
blkiotune
blkiotune.weight #
memtune
memtune.* @unit #
cputune
cputune.shares #
cputune.period #
cputune.quota #
cputune.global_period #
cputune.global_quota #
cputune.emulator_period #
cputune.emulator_quota #
cputune.iothread_period #
cputune.iothread_quota #
cputune.vcpupin @vcpu @cpuset
cputune.emulatorpin @cpuset
cputune.iothreadpin @iothread @cpuset
numatune
numatune.memory @mode @placement @nodeset
numatune.memnode @cellid @mode @nodeset
sysinfo @type=smbios
sysinfo.*
sysinfo.*.entry @name #={text}
on_poweroff #=destroy|restart|preserve|rename-restart
on_reboot #=destroy|restart|preserve|rename-restart
on_crash #=destroy|restart|preserve|rename-restart
pm
pm.* @enabled

os @firmware
os.type @arch @machine #=hvm
os.firmware
os.firmware.feature @enabled @name
os.loader @readonly @secure @type @stateless @format #={firmware}
os.nvram @template={firmware} @type=file @format @templateFormat #={nvram}
os.cmdline #={text}
os.boot @dev
os.bootmenu @enable @timeout
os.bios @useserial @rebootTimeout
os.smbios @mode=emulate|sysinfo

features
features.acpi
features.apic @eoi
features.pae
features.hap @state
features.viridian
features.pvspinlock @state
features.pmu @state
features.vmport @state
features.gic @version
features.ioapic @driver
features.hpt @resizing
features.hpt.maxpagesize @unit #
features.vmcoreinfo @state
features.htm @state
features.nested-hv @state
features.msrs @unknown
features.ccf-assist @state
features.cfpc @value
features.sbbc @value
features.ibs @value
features.smm @state
features.smm.tseg @unit #
features.tcg
features.tcg.tb-cache @unit #
features.kvm
features.kvm.* @state @size
features.hyperv @mode
features.hyperv.* @state @retries @value
features.hyperv.stimer.direct @state

cpu @mode @match @check @migratable
cpu.model @fallback @vendor_id #
cpu.vendor #
cpu.topology @sockets @dies @clusters @cores @threads
cpu.cache @level @mode
cpu.maxphysaddr @mode @bits @limit
cpu.feature @policy @name
cpu.numa
cpu.numa.cell @id @cpus @memory @unit @memAccess @discard
cpu.numa.cell.distances
cpu.numa.cell.distances.sibling @id @value
cpu.numa.cell.cache @level @associativity @policy
cpu.numa.cell.cache.* @value @unit
cpu.numa.interconnects
cpu.numa.interconnects.* @initiator @target @cache @type @value @unit

clock @offset @timezone={timezone} @adjustment @basis @start
clock.timer @name @track @tickpolicy @frequency @mode @present
clock.timer.catchup @threshold @slew @limit

devices
devices.emulator #={emulator}
devices.*.alias @name
devices.*.address @type @domain @bus @slot @function @multifunction @controller @target @unit @port @reg @cssid @ssid @devno @iobase @irq @base
devices.*.address.zpci @uid @fid
devices.*.acpi @index
devices.*.boot @order @loadparm

devices.disk @type=file|block @device=disk|cdrom|floppy @snapshot @model
devices.disk.driver @name=qemu @type=raw @cache @error_policy @rerror_policy @io @ioeventfd @event_idx @copy_on_read @discard @detect_zeroes @iothread @queues @queue_size @iommu @ats @packed @page_per_vq
devices.disk.source @dev={volume} @startupPolicy @index
devices.disk.backingStore
devices.disk.geometry @cyls @heads @secs @trans
devices.disk.blockio @logical_block_size @physical_block_size
devices.disk.target @dev @bus @tray @removable @rotation_rate
devices.disk.iotune
devices.disk.iotune.* #
devices.disk.readonly
devices.disk.serial #
devices.disk.wwn #
devices.disk.vendor #
devices.disk.product #

devices.controller @type @index @model @ports @vectors
devices.controller.model @name
devices.controller.master @startport
devices.controller.target @chassisNr @chassis @port @busNr @index @hotplug
devices.controller.target.node #
devices.controller.pcihole64 @unit #
devices.controller.driver @queues @cmd_per_lun @max_sectors @ioeventfd @iothread @iommu @ats @packed @page_per_vq

devices.graphics @type=vnc|spice @port={port} @tlsPort={port} @websocket={port} @autoport @listen={loopback} @keymap @sharePolicy @defaultMode @passwd={text} @passwdValidTo @connected
devices.graphics.listen @type=address|none|socket @address={loopback}
devices.graphics.channel @name @mode
devices.graphics.image @compression
devices.graphics.jpeg @compression
devices.graphics.zlib @compression
devices.graphics.playback @compression
devices.graphics.streaming @mode
devices.graphics.clipboard @copypaste
devices.graphics.mouse @mode
devices.graphics.filetransfer @enable
devices.graphics.audio @id
devices.graphics.gl @enable=no

devices.serial @type=pty|null
devices.serial.source @path={pty}
devices.serial.target @type @port
devices.serial.target.model @name
devices.parallel @type=pty|null
devices.parallel.source @path={pty}
devices.parallel.target @type @port
devices.console @type=pty|null
devices.console.source @path={pty}
devices.console.target @type @port
devices.channel @type=unix|pty|null|spicevmc|qemu-vdagent
devices.channel.source @mode=bind @path={pty}
devices.channel.source.clipboard @copypaste
devices.channel.source.mouse @mode
devices.channel.target @type=virtio @name @state

devices.input @type=mouse|tablet|keyboard @bus @model
devices.input.driver @iommu @ats @packed @page_per_vq
devices.tpm @model
devices.tpm.backend @type=emulator @version @persistent_state
devices.tpm.backend.active_pcr_banks
devices.tpm.backend.active_pcr_banks.*
devices.sound @model
devices.sound.codec @type
devices.sound.audio @id
devices.audio @id @type=none|spice
devices.video
devices.video.driver @name=qemu @vgaconf @iommu @ats @packed @page_per_vq
devices.video.model @type @ram @vgamem @vram64 @vram @heads @primary
devices.video.model.acceleration @accel2d @accel3d=no
devices.video.model.resolution @x @y
devices.redirdev @bus=usb @type=spicevmc
devices.redirfilter
devices.redirfilter.usbdev @allow @class @vendor @product @version
devices.hub @type
devices.watchdog @model @action=reset|shutdown|poweroff|pause|none|inject-nmi
devices.memballoon @model @autodeflate @freePageReporting
devices.memballoon.stats @period
devices.memballoon.driver @iommu @ats @packed @page_per_vq
devices.rng @model
devices.rng.rate @bytes @period
devices.rng.backend @model=random|builtin #={random}
devices.rng.driver @iommu @ats @packed @page_per_vq
devices.nvram
devices.panic @model
devices.memory @model=dimm|virtio-mem @discard
devices.memory.target
devices.memory.target.* @unit #
devices.iommu @model
devices.iommu.driver @intremap @caching_mode @eim @iotlb @aw_bits
`;
