// Written by generate/run.js from the schema of libvirt 11.3.0: change that, not this.
// biome-ignore-all format: generated
// biome-ignore-all lint: generated
import type { EmptyElement, WholeNumber, XmlElement, XmlText } from '../xml-element.ts';

/**
 * `/domain`, the schema's define `domain`.
 *
 * Source: https://libvirt.org/formatdomain.html#element-and-attribute-overview
 */
export interface DomainElement {
  readonly '@type': 'qemu' | 'kqemu' | 'kvm' | 'xen' | 'lxc' | 'uml' | 'openvz' | 'test' | 'vmware' | 'hyperv' | 'vbox' | 'phyp' | 'vz' | 'bhyve' | 'hvf';
  readonly '@id'?: WholeNumber;
  readonly [foreign: `${string}:${string}`]: XmlText | object | undefined;
  readonly name: string;
  readonly uuid?: string;
  readonly genid?: string;
  readonly title?: string;
  readonly description?: string;
  readonly metadata?: XmlElement;
  readonly cpu?: CpuElement;
  readonly sysinfo?: readonly SysinfoElement[];
  readonly bootloader?: string;
  readonly bootloader_args?: string;
  readonly os?: OsElement;
  readonly clock?: ClockElement;
  readonly throttlegroups?: ThrottlegroupsElement;
  readonly memory?: WholeNumber | MemoryElement;
  readonly maxMemory?: WholeNumber | MaxMemoryElement;
  readonly currentMemory?: WholeNumber | CurrentMemoryElement;
  readonly memoryBacking?: MemoryBackingElement;
  readonly vcpu?: WholeNumber | VcpuElement;
  readonly vcpus?: VcpusElement;
  readonly iothreads?: WholeNumber;
  readonly iothreadids?: IothreadidsElement;
  readonly defaultiothread?: DefaultiothreadElement;
  readonly blkiotune?: BlkiotuneElement;
  readonly memtune?: MemtuneElement;
  readonly cputune?: CputuneElement;
  readonly numatune?: NumatuneElement;
  readonly resource?: ResourceElement;
  readonly features?: FeaturesElement;
  readonly on_reboot?: 'destroy' | 'restart' | 'preserve' | 'rename-restart';
  readonly on_poweroff?: 'destroy' | 'restart' | 'preserve' | 'rename-restart';
  readonly on_crash?: 'destroy' | 'restart' | 'preserve' | 'rename-restart' | 'coredump-destroy' | 'coredump-restart';
  readonly on_lockfailure?: 'poweroff' | 'restart' | 'pause' | 'ignore';
  readonly pm?: PmElement;
  readonly perf?: PerfElement;
  readonly idmap?: IdmapElement;
  readonly devices?: DevicesElement;
  readonly seclabel?: readonly SeclabelElement[];
  readonly 'qemu:commandline'?: QemuCommandlineElement;
  readonly 'qemu:capabilities'?: QemuCapabilitiesElement;
  readonly 'qemu:deprecation'?: QemuDeprecationElement;
  readonly 'qemu:override'?: QemuOverrideElement;
  readonly 'lxc:namespace'?: LxcNamespaceElement;
  readonly keywrap?: KeywrapElement;
  readonly launchSecurity?: LaunchSecurityElement;
  readonly 'bhyve:commandline'?: BhyveCommandlineElement;
  readonly 'xen:commandline'?: XenCommandlineElement;
  readonly 'vmware:datacenterpath'?: string;
}

/**
 * `/domain/devices`, the schema's define `devices`.
 *
 * Source: https://libvirt.org/formatdomain.html#devices
 */
export interface DevicesElement {
  readonly emulator?: string;
  readonly disk?: readonly DiskElement[];
  readonly controller?: readonly ControllerElement[];
  readonly lease?: readonly LeaseElement[];
  readonly filesystem?: readonly FilesystemElement[];
  readonly interface?: readonly InterfaceElement[];
  readonly input?: readonly InputElement[];
  readonly sound?: readonly SoundElement[];
  readonly audio?: readonly AudioElement[];
  readonly hostdev?: readonly HostdevElement[];
  readonly graphics?: readonly GraphicsElement[];
  readonly video?: readonly VideoElement[];
  readonly console?: readonly ConsoleElement[];
  readonly parallel?: readonly ParallelElement[];
  readonly serial?: readonly SerialElement[];
  readonly channel?: readonly ChannelElement[];
  readonly smartcard?: readonly SmartcardElement[];
  readonly hub?: readonly HubElement[];
  readonly redirdev?: readonly RedirdevElement[];
  readonly redirfilter?: readonly RedirfilterElement[];
  readonly rng?: readonly RngElement[];
  readonly tpm?: readonly TpmElement[];
  readonly shmem?: readonly ShmemElement[];
  readonly memory?: readonly DevicesMemoryElement[];
  readonly crypto?: readonly CryptoElement[];
  readonly watchdog?: readonly WatchdogElement[];
  readonly memballoon?: MemballoonElement;
  readonly nvram?: NvramElement;
  readonly panic?: readonly PanicElement[];
  readonly iommu?: IommuElement;
  readonly vsock?: VsockElement;
  readonly pstore?: PstoreElement;
}

interface AnyDiskElement {
  readonly '@model'?: 'virtio' | 'virtio-transitional' | 'virtio-non-transitional';
  readonly '@snapshot'?: 'no' | 'internal' | 'external' | 'manual';
  readonly driver?: DiskDriverElement;
  readonly mirror?: DiskMirrorElement;
  readonly auth?: DiskAuthElement;
  readonly target: DiskTargetElement;
  readonly boot?: DiskBootElement;
  readonly backenddomain?: DiskBackenddomainElement;
  readonly readonly?: EmptyElement;
  readonly shareable?: EmptyElement;
  readonly transient?: DiskTransientElement;
  readonly serial?: string;
  readonly encryption?: DiskEncryptionElement;
  readonly throttlefilters?: DiskThrottlefiltersElement;
  readonly iotune?: DiskIotuneElement;
  readonly alias?: DiskAliasElement;
  readonly acpi?: DiskAcpiElement;
  readonly address?: DiskAddressElement;
  readonly geometry?: DiskGeometryElement;
  readonly blockio?: DiskBlockioElement;
  readonly wwn?: string;
  readonly vendor?: string;
  readonly product?: string;
  readonly backingStore?: EmptyElement | DiskBackingStoreElement;
  readonly privateData?: EmptyElement;
}

/** `<disk type='file'>` */
export interface FileDiskElement extends AnyDiskElement {
  readonly '@type'?: 'file';
  readonly '@device'?: 'floppy' | 'disk' | 'cdrom';
  readonly source?: FileDiskSourceElement;
}

/** `<disk type='block'>` */
export interface BlockDiskElement extends AnyDiskElement {
  readonly '@type': 'block';
  readonly '@device'?: 'floppy' | 'disk' | 'cdrom' | 'lun';
  readonly '@rawio'?: 'yes' | 'no';
  readonly '@sgio'?: 'filtered' | 'unfiltered';
  readonly source?: BlockDiskSourceElement;
}

/** `<disk type='dir'>` */
export interface DirDiskElement extends AnyDiskElement {
  readonly '@type': 'dir';
  readonly '@device'?: 'floppy' | 'disk' | 'cdrom';
  readonly source?: DirDiskSourceElement;
}

/** `<disk type='network'>` */
export interface NetworkDiskElement extends AnyDiskElement {
  readonly '@type': 'network';
  readonly '@device'?: 'floppy' | 'disk' | 'cdrom' | 'lun';
  readonly '@rawio'?: 'yes' | 'no';
  readonly '@sgio'?: 'filtered' | 'unfiltered';
  readonly source: NetworkDiskSourceElement;
}

/** `<disk type='volume'>` */
export interface VolumeDiskElement extends AnyDiskElement {
  readonly '@type': 'volume';
  readonly '@device'?: 'floppy' | 'disk' | 'cdrom' | 'lun';
  readonly '@rawio'?: 'yes' | 'no';
  readonly '@sgio'?: 'filtered' | 'unfiltered';
  readonly source?: VolumeDiskSourceElement;
}

/** `<disk type='nvme'>` */
export interface NvmeDiskElement extends AnyDiskElement {
  readonly '@type': 'nvme';
  readonly '@device'?: 'floppy' | 'disk' | 'cdrom';
  readonly source?: NvmeDiskSourceElement;
}

/** `<disk type='vhostuser'>` */
export interface VhostuserDiskElement extends AnyDiskElement {
  readonly '@type': 'vhostuser';
  readonly '@device'?: 'floppy' | 'disk' | 'cdrom';
  readonly source: VhostuserDiskSourceElement;
}

/** `<disk type='vhostvdpa'>` */
export interface VhostvdpaDiskElement extends AnyDiskElement {
  readonly '@type': 'vhostvdpa';
  readonly '@device'?: 'floppy' | 'disk' | 'cdrom';
  readonly source: VhostvdpaDiskSourceElement;
}

/**
 * `/domain/devices/disk`, the schema's define `disk`.
 *
 * Source: https://libvirt.org/formatdomain.html#hard-drives-floppy-disks-cdroms
 */
export type DiskElement =
  | FileDiskElement
  | BlockDiskElement
  | DirDiskElement
  | NetworkDiskElement
  | VolumeDiskElement
  | NvmeDiskElement
  | VhostuserDiskElement
  | VhostvdpaDiskElement;

interface AnyControllerElement {
  readonly '@index'?: WholeNumber;
  readonly alias?: DiskAliasElement;
  readonly acpi?: DiskAcpiElement;
  readonly address?: DiskAddressElement;
  readonly driver?: ControllerDriverElement;
}

/** `<controller type='fdc|sata|ccid|isa'>` */
export interface OtherControllerElement extends AnyControllerElement {
  readonly '@type': 'fdc' | 'sata' | 'ccid' | 'isa';
}

/** `<controller type='scsi'>` */
export interface ScsiControllerElement extends AnyControllerElement {
  readonly '@type': 'scsi';
  readonly '@model'?: 'auto' | 'buslogic' | 'lsilogic' | 'lsisas1068' | 'vmpvscsi' | 'ibmvscsi' | 'virtio-scsi' | 'lsisas1078' | 'virtio-transitional' | 'virtio-non-transitional' | 'ncr53c90' | 'dc390' | 'am53c974';
}

/** `<controller type='usb'>` */
export interface UsbControllerElement extends AnyControllerElement {
  readonly '@type': 'usb';
  readonly '@model'?: 'piix3-uhci' | 'piix4-uhci' | 'ehci' | 'ich9-ehci1' | 'ich9-uhci1' | 'ich9-uhci2' | 'ich9-uhci3' | 'vt82c686b-uhci' | 'pci-ohci' | 'nec-xhci' | 'none' | 'qusb1' | 'qusb2' | 'qemu-xhci';
  readonly '@ports'?: WholeNumber;
  readonly master?: ControllerMasterElement;
}

/** `<controller type='ide'>` */
export interface IdeControllerElement extends AnyControllerElement {
  readonly '@type': 'ide';
  readonly '@model'?: 'piix3' | 'piix4' | 'ich6';
}

/** `<controller type='pci'>` */
export interface PciControllerElement extends AnyControllerElement {
  readonly '@type': 'pci';
  readonly '@model': 'pci-root' | 'pcie-root' | 'pci-bridge' | 'dmi-to-pci-bridge' | 'pcie-to-pci-bridge' | 'pcie-root-port' | 'pcie-switch-upstream-port' | 'pcie-switch-downstream-port' | 'pci-expander-bus' | 'pcie-expander-bus';
  readonly model?: ControllerModelElement;
  readonly target?: ControllerTargetElement;
  readonly pcihole64?: WholeNumber | ControllerPcihole64Element;
}

/** `<controller type='virtio-serial'>` */
export interface VirtioSerialControllerElement extends AnyControllerElement {
  readonly '@type': 'virtio-serial';
  readonly '@model'?: 'virtio' | 'virtio-transitional' | 'virtio-non-transitional';
  readonly '@ports'?: WholeNumber;
  readonly '@vectors'?: WholeNumber;
}

/** `<controller type='xenbus'>` */
export interface XenbusControllerElement extends AnyControllerElement {
  readonly '@type': 'xenbus';
  readonly '@maxGrantFrames'?: WholeNumber;
  readonly '@maxEventChannels'?: WholeNumber;
}

/**
 * `/domain/devices/controller`, the schema's define `controller`.
 *
 * Source: https://libvirt.org/formatdomain.html#controllers
 */
export type ControllerElement =
  | OtherControllerElement
  | ScsiControllerElement
  | UsbControllerElement
  | IdeControllerElement
  | PciControllerElement
  | VirtioSerialControllerElement
  | XenbusControllerElement;

/**
 * `/domain/devices/lease`, the schema's define `lease`.
 *
 * Source: https://libvirt.org/formatdomain.html#device-leases
 */
export interface LeaseElement {
  readonly lockspace: string;
  readonly key: string;
  readonly target: LeaseTargetElement;
}

interface AnyFilesystemElement {
  readonly '@model'?: 'virtio' | 'virtio-transitional' | 'virtio-non-transitional';
  readonly '@accessmode'?: 'passthrough' | 'mapped' | 'squash';
  readonly '@multidevs'?: 'default' | 'remap' | 'forbid' | 'warn';
  readonly '@fmode'?: WholeNumber;
  readonly '@dmode'?: WholeNumber;
  readonly driver?: FilesystemDriverElement;
  readonly target: FilesystemTargetElement;
  readonly readonly?: EmptyElement;
  readonly boot?: DiskBootElement;
  readonly alias?: DiskAliasElement;
  readonly acpi?: DiskAcpiElement;
  readonly address?: DiskAddressElement;
  readonly space_hard_limit?: WholeNumber | FilesystemSpaceHardLimitElement;
  readonly space_soft_limit?: WholeNumber | FilesystemSpaceSoftLimitElement;
}

/** `<filesystem type='file'>` */
export interface FileFilesystemElement extends AnyFilesystemElement {
  readonly '@type': 'file';
  readonly source: FileFilesystemSourceElement;
}

/** `<filesystem type='block'>` */
export interface BlockFilesystemElement extends AnyFilesystemElement {
  readonly '@type': 'block';
  readonly source: BlockFilesystemSourceElement;
}

/** `<filesystem type='mount'>` */
export interface MountFilesystemElement extends AnyFilesystemElement {
  readonly '@type': 'mount';
  readonly binary?: FilesystemBinaryElement;
  readonly source: MountFilesystemSourceElement;
  readonly idmap?: IdmapElement;
}

/** `<filesystem type='bind'>` */
export interface BindFilesystemElement extends AnyFilesystemElement {
  readonly '@type': 'bind';
  readonly source: BindFilesystemSourceElement;
}

/** `<filesystem type='template'>` */
export interface TemplateFilesystemElement extends AnyFilesystemElement {
  readonly '@type': 'template';
  readonly source: TemplateFilesystemSourceElement;
}

/** `<filesystem type='ram'>` */
export interface RamFilesystemElement extends AnyFilesystemElement {
  readonly '@type': 'ram';
  readonly source: RamFilesystemSourceElement;
}

/** `<filesystem type=''>` */
export interface PlainFilesystemElement extends AnyFilesystemElement {
  readonly '@type'?: never;
  readonly binary?: FilesystemBinaryElement;
  readonly source: PlainFilesystemSourceElement;
  readonly idmap?: IdmapElement;
}

/**
 * `/domain/devices/filesystem`, the schema's define `filesystem`.
 *
 * Source: https://libvirt.org/formatdomain.html#filesystems
 */
export type FilesystemElement =
  | FileFilesystemElement
  | BlockFilesystemElement
  | MountFilesystemElement
  | BindFilesystemElement
  | TemplateFilesystemElement
  | RamFilesystemElement
  | PlainFilesystemElement;

interface AnyInterfaceElement {
  readonly '@trustGuestRxFilters'?: 'yes' | 'no';
  readonly link?: InterfaceLinkElement;
  readonly mtu?: InterfaceMtuElement;
  readonly coalesce?: InterfaceCoalesceElement;
  readonly target?: InterfaceTargetElement;
  readonly guest?: InterfaceGuestElement;
  readonly mac?: InterfaceMacElement;
  readonly ip?: readonly InterfaceIpElement[];
  readonly route?: readonly InterfaceRouteElement[];
  readonly portForward?: readonly InterfacePortForwardElement[];
  readonly script?: InterfaceScriptElement;
  readonly downscript?: InterfaceDownscriptElement;
  readonly backenddomain?: InterfaceBackenddomainElement;
  readonly model?: InterfaceModelElement;
  readonly backend?: InterfaceBackendElement;
  readonly driver?: InterfaceDriverElement;
  readonly alias?: DiskAliasElement;
  readonly acpi?: DiskAcpiElement;
  readonly address?: DiskAddressElement;
  readonly filterref?: InterfaceFilterrefElement;
  readonly tune?: InterfaceTuneElement;
  readonly boot?: DiskBootElement;
  readonly rom?: InterfaceRomElement;
  readonly bandwidth?: InterfaceBandwidthElement;
  readonly vlan?: InterfaceVlanElement;
  readonly port?: InterfacePortElement;
  readonly teaming?: InterfaceTeamingElement;
}

/** `<interface type='bridge'>` */
export interface BridgeInterfaceElement extends AnyInterfaceElement {
  readonly '@type': 'bridge';
  readonly source?: BridgeInterfaceSourceElement;
  readonly virtualport?: InterfaceVirtualportElement;
}

/** `<interface type='ethernet'>` */
export interface EthernetInterfaceElement extends AnyInterfaceElement {
  readonly '@type': 'ethernet';
  readonly source?: EthernetInterfaceSourceElement;
}

/** `<interface type='vhostuser'>` */
export interface VhostuserInterfaceElement extends AnyInterfaceElement {
  readonly '@type': 'vhostuser';
  readonly source?: VhostuserInterfaceSourceElement;
}

/** `<interface type='network'>` */
export interface NetworkInterfaceElement extends AnyInterfaceElement {
  readonly '@type': 'network';
  readonly source: NetworkInterfaceSourceElement;
  readonly virtualport?: InterfaceVirtualportElement;
}

/** `<interface type='direct'>` */
export interface DirectInterfaceElement extends AnyInterfaceElement {
  readonly '@type': 'direct';
  readonly source: DirectInterfaceSourceElement;
  readonly virtualport?: InterfaceVirtualportElement;
}

/** `<interface type='user'>` */
export interface UserInterfaceElement extends AnyInterfaceElement {
  readonly '@type': 'user';
  readonly source?: UserInterfaceSourceElement;
}

/** `<interface type='internal'>` */
export interface InternalInterfaceElement extends AnyInterfaceElement {
  readonly '@type': 'internal';
  readonly source: InternalInterfaceSourceElement;
}

/** `<interface type='mcast|client'>` */
export interface McastOrClientInterfaceElement extends AnyInterfaceElement {
  readonly '@type': 'mcast' | 'client';
  readonly source: McastOrClientInterfaceSourceElement;
}

/** `<interface type='udp'>` */
export interface UdpInterfaceElement extends AnyInterfaceElement {
  readonly '@type': 'udp';
  readonly source: UdpInterfaceSourceElement;
}

/** `<interface type='server'>` */
export interface ServerInterfaceElement extends AnyInterfaceElement {
  readonly '@type': 'server';
  readonly source: ServerInterfaceSourceElement;
}

/** `<interface type='hostdev'>` */
export interface HostdevInterfaceElement extends AnyInterfaceElement {
  readonly '@type': 'hostdev';
  readonly '@managed'?: 'yes' | 'no';
  readonly source: HostdevInterfaceSourceElement;
  readonly virtualport?: InterfaceVirtualportElement;
}

/** `<interface type='vdpa'>` */
export interface VdpaInterfaceElement extends AnyInterfaceElement {
  readonly '@type': 'vdpa';
  readonly source: VdpaInterfaceSourceElement;
}

/** `<interface type='null'>` */
export interface NullInterfaceElement extends AnyInterfaceElement {
  readonly '@type': 'null';
}

/** `<interface type='vds'>` */
export interface VdsInterfaceElement extends AnyInterfaceElement {
  readonly '@type': 'vds';
  readonly source: VdsInterfaceSourceElement;
}

/**
 * `/domain/devices/interface`, the schema's define `interface`.
 *
 * Source: https://libvirt.org/formatdomain.html#network-interfaces
 */
export type InterfaceElement =
  | BridgeInterfaceElement
  | EthernetInterfaceElement
  | VhostuserInterfaceElement
  | NetworkInterfaceElement
  | DirectInterfaceElement
  | UserInterfaceElement
  | InternalInterfaceElement
  | McastOrClientInterfaceElement
  | UdpInterfaceElement
  | ServerInterfaceElement
  | HostdevInterfaceElement
  | VdpaInterfaceElement
  | NullInterfaceElement
  | VdsInterfaceElement;

interface AnyInputElement {
  readonly '@model'?: 'virtio' | 'virtio-transitional' | 'virtio-non-transitional';
  readonly driver?: InputDriverElement;
  readonly alias?: DiskAliasElement;
  readonly acpi?: DiskAcpiElement;
  readonly address?: DiskAddressElement;
}

/** `<input type='tablet|mouse|keyboard'>` */
export interface OtherInputElement extends AnyInputElement {
  readonly '@type': 'tablet' | 'mouse' | 'keyboard';
  readonly '@bus'?: 'ps2' | 'usb' | 'xen' | 'virtio';
}

/** `<input type='passthrough'>` */
export interface PassthroughInputElement extends AnyInputElement {
  readonly '@type': 'passthrough';
  readonly '@bus': 'virtio';
  readonly source: PassthroughInputSourceElement;
}

/** `<input type='evdev'>` */
export interface EvdevInputElement extends AnyInputElement {
  readonly '@type': 'evdev';
  readonly source: EvdevInputSourceElement;
}

/**
 * `/domain/devices/input`, the schema's define `input`.
 *
 * Source: https://libvirt.org/formatdomain.html#input-devices
 */
export type InputElement =
  | OtherInputElement
  | PassthroughInputElement
  | EvdevInputElement;

/**
 * `/domain/devices/sound`, the schema's define `sound`.
 *
 * Source: https://libvirt.org/formatdomain.html#sound-devices
 */
export interface SoundElement {
  readonly '@model': 'sb16' | 'es1370' | 'pcspk' | 'ac97' | 'ich6' | 'ich7' | 'ich9' | 'usb' | 'virtio';
  readonly '@multichannel'?: 'yes' | 'no';
  readonly '@streams'?: string | number;
  readonly alias?: DiskAliasElement;
  readonly acpi?: DiskAcpiElement;
  readonly address?: DiskAddressElement;
  readonly audio?: SoundAudioElement;
  readonly codec?: readonly SoundCodecElement[];
  readonly driver?: SoundDriverElement;
}

interface AnyAudioElement {
  readonly '@id': string | number;
  readonly '@timerPeriod'?: string | number;
}

/** `<audio type='none'>` */
export interface NoneAudioElement extends AnyAudioElement {
  readonly '@type': 'none';
  readonly input?: NoneAudioInputElement;
  readonly output?: NoneAudioOutputElement;
}

/** `<audio type='dbus'>` */
export interface DbusAudioElement extends AnyAudioElement {
  readonly '@type': 'dbus';
  readonly input?: DbusAudioInputElement;
  readonly output?: DbusAudioOutputElement;
}

/** `<audio type='alsa'>` */
export interface AlsaAudioElement extends AnyAudioElement {
  readonly '@type': 'alsa';
  readonly input?: AlsaAudioInputElement;
  readonly output?: AlsaAudioOutputElement;
}

/** `<audio type='coreaudio'>` */
export interface CoreaudioAudioElement extends AnyAudioElement {
  readonly '@type': 'coreaudio';
  readonly input?: CoreaudioAudioInputElement;
  readonly output?: CoreaudioAudioOutputElement;
}

/** `<audio type='jack'>` */
export interface JackAudioElement extends AnyAudioElement {
  readonly '@type': 'jack';
  readonly input?: JackAudioInputElement;
  readonly output?: JackAudioOutputElement;
}

/** `<audio type='oss'>` */
export interface OssAudioElement extends AnyAudioElement {
  readonly '@type': 'oss';
  readonly '@tryMMap'?: 'yes' | 'no';
  readonly '@exclusive'?: 'yes' | 'no';
  readonly '@dspPolicy'?: WholeNumber;
  readonly input?: OssAudioInputElement;
  readonly output?: OssAudioOutputElement;
}

/** `<audio type='pipewire'>` */
export interface PipewireAudioElement extends AnyAudioElement {
  readonly '@type': 'pipewire';
  readonly '@runtimeDir'?: string;
  readonly input?: PipewireAudioInputElement;
  readonly output?: PipewireAudioOutputElement;
}

/** `<audio type='pulseaudio'>` */
export interface PulseaudioAudioElement extends AnyAudioElement {
  readonly '@type': 'pulseaudio';
  readonly '@serverName'?: string;
  readonly input?: PulseaudioAudioInputElement;
  readonly output?: PulseaudioAudioOutputElement;
}

/** `<audio type='sdl'>` */
export interface SdlAudioElement extends AnyAudioElement {
  readonly '@type': 'sdl';
  readonly '@driver'?: 'esd' | 'alsa' | 'arts' | 'pulseaudio';
  readonly input?: SdlAudioInputElement;
  readonly output?: SdlAudioOutputElement;
}

/** `<audio type='spice'>` */
export interface SpiceAudioElement extends AnyAudioElement {
  readonly '@type': 'spice';
  readonly input?: SpiceAudioInputElement;
  readonly output?: SpiceAudioOutputElement;
}

/** `<audio type='file'>` */
export interface FileAudioElement extends AnyAudioElement {
  readonly '@type': 'file';
  readonly '@path'?: string;
  readonly input?: FileAudioInputElement;
  readonly output?: FileAudioOutputElement;
}

/**
 * `/domain/devices/audio`, the schema's define `audio`.
 *
 * Source: https://libvirt.org/formatdomain.html#audio-backends
 */
export type AudioElement =
  | NoneAudioElement
  | DbusAudioElement
  | AlsaAudioElement
  | CoreaudioAudioElement
  | JackAudioElement
  | OssAudioElement
  | PipewireAudioElement
  | PulseaudioAudioElement
  | SdlAudioElement
  | SpiceAudioElement
  | FileAudioElement;

interface AnyHostdevElement {
  readonly alias?: DiskAliasElement;
  readonly acpi?: DiskAcpiElement;
  readonly boot?: DiskBootElement;
  readonly rom?: InterfaceRomElement;
  readonly address?: DiskAddressElement;
  readonly readonly?: EmptyElement;
  readonly shareable?: EmptyElement;
}

/** `<hostdev type='pci'>` */
export interface PciHostdevElement extends AnyHostdevElement {
  readonly '@type': 'pci';
  readonly '@mode'?: 'subsystem';
  readonly '@managed'?: 'yes' | 'no';
  readonly '@ramfb'?: 'on' | 'off';
  readonly '@display'?: 'on' | 'off';
  readonly driver?: HostdevDriverElement;
  readonly teaming?: InterfaceTeamingElement;
  readonly source: PciHostdevSourceElement;
}

/** `<hostdev type='usb'>` */
export interface UsbHostdevElement extends AnyHostdevElement {
  readonly '@type': 'usb';
  readonly '@mode'?: 'subsystem';
  readonly '@managed'?: 'yes' | 'no';
  readonly source: UsbHostdevSourceElement;
}

/** `<hostdev type='scsi'>` */
export interface ScsiHostdevElement extends AnyHostdevElement {
  readonly '@type': 'scsi';
  readonly '@mode'?: 'subsystem';
  readonly '@managed'?: 'yes' | 'no';
  readonly '@sgio'?: 'filtered' | 'unfiltered';
  readonly '@rawio'?: 'yes' | 'no';
  readonly source: ScsiHostdevSourceElement;
}

/** `<hostdev type='scsi_host'>` */
export interface ScsiHostHostdevElement extends AnyHostdevElement {
  readonly '@type': 'scsi_host';
  readonly '@mode'?: 'subsystem';
  readonly '@managed'?: 'yes' | 'no';
  readonly '@model'?: 'virtio' | 'virtio-transitional' | 'virtio-non-transitional';
  readonly source: ScsiHostHostdevSourceElement;
}

/** `<hostdev type='mdev'>` */
export interface MdevHostdevElement extends AnyHostdevElement {
  readonly '@type': 'mdev';
  readonly '@mode'?: 'subsystem';
  readonly '@managed'?: 'yes' | 'no';
  readonly '@model': 'vfio-pci' | 'vfio-ccw' | 'vfio-ap';
  readonly '@ramfb'?: 'on' | 'off';
  readonly '@display'?: 'on' | 'off';
  readonly source: MdevHostdevSourceElement;
}

/** `<hostdev type='storage'>` */
export interface StorageHostdevElement extends AnyHostdevElement {
  readonly '@type': 'storage';
  readonly '@mode': 'capabilities';
  readonly source: StorageHostdevSourceElement;
}

/** `<hostdev type='misc'>` */
export interface MiscHostdevElement extends AnyHostdevElement {
  readonly '@type': 'misc';
  readonly '@mode': 'capabilities';
  readonly source: MiscHostdevSourceElement;
}

/** `<hostdev type='net'>` */
export interface NetHostdevElement extends AnyHostdevElement {
  readonly '@type': 'net';
  readonly '@mode': 'capabilities';
  readonly source: NetHostdevSourceElement;
  readonly ip?: readonly InterfaceIpElement[];
  readonly route?: readonly InterfaceRouteElement[];
}

/**
 * `/domain/devices/hostdev`, the schema's define `hostdev`.
 *
 * Source: https://libvirt.org/formatdomain.html#host-device-assignment
 */
export type HostdevElement =
  | PciHostdevElement
  | UsbHostdevElement
  | ScsiHostdevElement
  | ScsiHostHostdevElement
  | MdevHostdevElement
  | StorageHostdevElement
  | MiscHostdevElement
  | NetHostdevElement;

/** `<graphics type='sdl'>` */
export interface SdlGraphicsElement {
  readonly '@type': 'sdl';
  readonly '@display'?: string;
  readonly '@xauth'?: string;
  readonly '@fullscreen'?: 'yes' | 'no';
  readonly gl?: SdlGraphicsGlElement;
}

/** `<graphics type='vnc'>` */
export interface VncGraphicsElement {
  readonly '@type': 'vnc';
  readonly '@port'?: WholeNumber;
  readonly '@autoport'?: 'yes' | 'no';
  readonly '@websocket'?: WholeNumber;
  readonly '@listen'?: string;
  readonly '@sharePolicy'?: 'allow-exclusive' | 'force-shared' | 'ignore';
  readonly '@powerControl'?: 'yes' | 'no';
  readonly '@socket'?: string;
  readonly '@passwd'?: string;
  readonly '@keymap'?: string;
  readonly '@passwdValidTo'?: string;
  readonly '@connected'?: 'keep';
  readonly audio?: VncGraphicsAudioElement;
  readonly listen?: readonly GraphicsListenElement[];
}

/** `<graphics type='spice'>` */
export interface SpiceGraphicsElement {
  readonly '@type': 'spice';
  readonly '@port'?: WholeNumber;
  readonly '@tlsPort'?: WholeNumber;
  readonly '@autoport'?: 'yes' | 'no';
  readonly '@listen'?: string;
  readonly '@passwd'?: string;
  readonly '@keymap'?: string;
  readonly '@passwdValidTo'?: string;
  readonly '@connected'?: 'fail' | 'disconnect' | 'keep';
  readonly '@defaultMode'?: 'any' | 'secure' | 'insecure';
  readonly listen?: readonly GraphicsListenElement[];
  readonly channel?: readonly GraphicsChannelElement[];
  readonly image?: GraphicsImageElement;
  readonly jpeg?: GraphicsJpegElement;
  readonly zlib?: GraphicsZlibElement;
  readonly playback?: GraphicsPlaybackElement;
  readonly streaming?: GraphicsStreamingElement;
  readonly clipboard?: GraphicsClipboardElement;
  readonly mouse?: GraphicsMouseElement;
  readonly filetransfer?: GraphicsFiletransferElement;
  readonly gl?: SpiceGraphicsGlElement;
}

/** `<graphics type='dbus'>` */
export interface DbusGraphicsElement {
  readonly '@type': 'dbus';
  readonly '@address'?: string;
  readonly '@p2p'?: 'yes' | 'no';
  readonly gl?: DbusGraphicsGlElement;
  readonly audio?: DbusGraphicsAudioElement;
}

/** `<graphics type='rdp'>` */
export interface RdpGraphicsElement {
  readonly '@type': 'rdp';
  readonly '@port'?: WholeNumber;
  readonly '@autoport'?: 'yes' | 'no';
  readonly '@replaceUser'?: 'yes' | 'no';
  readonly '@multiUser'?: 'yes' | 'no';
  readonly '@listen'?: string;
  readonly '@username'?: string;
  readonly '@passwd'?: string;
  readonly listen?: readonly GraphicsListenElement[];
}

/** `<graphics type='desktop'>` */
export interface DesktopGraphicsElement {
  readonly '@type': 'desktop';
  readonly '@display'?: string;
  readonly '@fullscreen'?: 'yes' | 'no';
}

/** `<graphics type='egl-headless'>` */
export interface EglHeadlessGraphicsElement {
  readonly '@type': 'egl-headless';
  readonly gl?: EglHeadlessGraphicsGlElement;
}

/**
 * `/domain/devices/graphics`, the schema's define `graphic`.
 *
 * Source: https://libvirt.org/formatdomain.html#graphical-framebuffers
 */
export type GraphicsElement =
  | SdlGraphicsElement
  | VncGraphicsElement
  | SpiceGraphicsElement
  | DbusGraphicsElement
  | RdpGraphicsElement
  | DesktopGraphicsElement
  | EglHeadlessGraphicsElement;

/**
 * `/domain/devices/video`, the schema's define `video`.
 *
 * Source: https://libvirt.org/formatdomain.html#video-devices
 */
export interface VideoElement {
  readonly driver?: VideoDriverElement;
  readonly model?: VideoModelElement;
  readonly alias?: DiskAliasElement;
  readonly acpi?: DiskAcpiElement;
  readonly address?: DiskAddressElement;
}

/**
 * `/domain/devices/console`, the schema's define `console`.
 *
 * Source: https://libvirt.org/formatdomain.html#consoles-serial-parallel-channel-devices
 */
export interface ConsoleElement {
  readonly '@tty'?: string;
  readonly '@type'?: 'dev' | 'file' | 'pipe' | 'unix' | 'tcp' | 'udp' | 'null' | 'stdio' | 'vc' | 'pty' | 'spicevmc' | 'spiceport' | 'nmdm' | 'qemu-vdagent' | 'dbus';
  readonly source?: ConsoleSourceElement | readonly ConsoleSourceElement[];
  readonly protocol?: ConsoleProtocolElement;
  readonly log?: ConsoleLogElement;
  readonly target?: ConsoleTargetElement;
  readonly alias?: DiskAliasElement;
  readonly acpi?: DiskAcpiElement;
  readonly address?: DiskAddressElement;
}

/**
 * `/domain/devices/parallel`, the schema's define `parallel`.
 *
 * Source: https://libvirt.org/formatdomain.html#consoles-serial-parallel-channel-devices
 */
export interface ParallelElement {
  readonly '@type': 'dev' | 'file' | 'pipe' | 'unix' | 'tcp' | 'udp' | 'null' | 'stdio' | 'vc' | 'pty' | 'spicevmc' | 'spiceport' | 'nmdm' | 'qemu-vdagent' | 'dbus';
  readonly '@tty'?: string;
  readonly source?: ConsoleSourceElement | readonly ConsoleSourceElement[];
  readonly protocol?: ConsoleProtocolElement;
  readonly log?: ConsoleLogElement;
  readonly target?: ConsoleTargetElement;
  readonly alias?: DiskAliasElement;
  readonly acpi?: DiskAcpiElement;
  readonly address?: DiskAddressElement;
}

/**
 * `/domain/devices/serial`, the schema's define `serial`.
 *
 * Source: https://libvirt.org/formatdomain.html#consoles-serial-parallel-channel-devices
 */
export interface SerialElement {
  readonly '@type': 'dev' | 'file' | 'pipe' | 'unix' | 'tcp' | 'udp' | 'null' | 'stdio' | 'vc' | 'pty' | 'spicevmc' | 'spiceport' | 'nmdm' | 'qemu-vdagent' | 'dbus';
  readonly '@tty'?: string;
  readonly source?: ConsoleSourceElement | readonly ConsoleSourceElement[];
  readonly protocol?: ConsoleProtocolElement;
  readonly log?: ConsoleLogElement;
  readonly target?: ConsoleTargetElement;
  readonly alias?: DiskAliasElement;
  readonly acpi?: DiskAcpiElement;
  readonly address?: DiskAddressElement;
}

/**
 * `/domain/devices/channel`, the schema's define `channel`.
 *
 * Source: https://libvirt.org/formatdomain.html#consoles-serial-parallel-channel-devices
 */
export interface ChannelElement {
  readonly '@type': 'dev' | 'file' | 'pipe' | 'unix' | 'tcp' | 'udp' | 'null' | 'stdio' | 'vc' | 'pty' | 'spicevmc' | 'spiceport' | 'nmdm' | 'qemu-vdagent' | 'dbus';
  readonly source?: ConsoleSourceElement | readonly ConsoleSourceElement[];
  readonly protocol?: ConsoleProtocolElement;
  readonly log?: ConsoleLogElement;
  readonly target: ChannelTargetElement;
  readonly alias?: DiskAliasElement;
  readonly address?: DiskAddressElement;
}

interface AnySmartcardElement {
  readonly acpi?: DiskAcpiElement;
  readonly address?: DiskAddressElement;
}

/** `<smartcard mode='host'>` */
export interface HostSmartcardElement extends AnySmartcardElement {
  readonly '@mode': 'host';
}

/** `<smartcard mode='host-certificates'>` */
export interface HostCertificatesSmartcardElement extends AnySmartcardElement {
  readonly '@mode': 'host-certificates';
  readonly certificate: readonly string[];
  readonly database?: string;
}

/** `<smartcard mode='passthrough'>` */
export interface PassthroughSmartcardElement extends AnySmartcardElement {
  readonly '@mode': 'passthrough';
  readonly '@type': 'dev' | 'file' | 'pipe' | 'unix' | 'tcp' | 'udp' | 'null' | 'stdio' | 'vc' | 'pty' | 'spicevmc' | 'spiceport' | 'nmdm' | 'qemu-vdagent' | 'dbus';
  readonly source?: ConsoleSourceElement | readonly ConsoleSourceElement[];
  readonly protocol?: ConsoleProtocolElement;
  readonly log?: ConsoleLogElement;
  readonly target?: ConsoleTargetElement;
}

/**
 * `/domain/devices/smartcard`, the schema's define `smartcard`.
 *
 * Source: https://libvirt.org/formatdomain.html#smartcard-devices
 */
export type SmartcardElement =
  | HostSmartcardElement
  | HostCertificatesSmartcardElement
  | PassthroughSmartcardElement;

/**
 * `/domain/devices/hub`, the schema's define `hub`.
 *
 * Source: https://libvirt.org/formatdomain.html#hub-devices
 */
export interface HubElement {
  readonly '@type': 'usb';
  readonly alias?: DiskAliasElement;
  readonly address?: DiskAddressElement;
}

/**
 * `/domain/devices/redirdev`, the schema's define `redirdev`.
 *
 * Source: https://libvirt.org/formatdomain.html#redirected-devices
 */
export interface RedirdevElement {
  readonly '@bus': 'usb';
  readonly '@type': 'dev' | 'file' | 'pipe' | 'unix' | 'tcp' | 'udp' | 'null' | 'stdio' | 'vc' | 'pty' | 'spicevmc' | 'spiceport' | 'nmdm' | 'qemu-vdagent' | 'dbus';
  readonly source?: ConsoleSourceElement | readonly ConsoleSourceElement[];
  readonly protocol?: ConsoleProtocolElement;
  readonly log?: ConsoleLogElement;
  readonly alias?: DiskAliasElement;
  readonly address?: DiskAddressElement;
  readonly boot?: DiskBootElement;
}

/** `/domain/devices/redirfilter`, the schema's define `redirfilter`. */
export interface RedirfilterElement {
  readonly usbdev?: readonly RedirfilterUsbdevElement[];
}

/**
 * `/domain/devices/rng`, the schema's define `rng`.
 *
 * Source: https://libvirt.org/formatdomain.html#random-number-generator-device
 */
export interface RngElement {
  readonly '@model': 'virtio' | 'virtio-transitional' | 'virtio-non-transitional';
  readonly backend: RngBackendElement;
  readonly driver?: RngDriverElement;
  readonly rate?: RngRateElement;
  readonly alias?: DiskAliasElement;
  readonly acpi?: DiskAcpiElement;
  readonly address?: DiskAddressElement;
}

/**
 * `/domain/devices/tpm`, the schema's define `tpm`.
 *
 * Source: https://libvirt.org/formatdomain.html#tpm-device
 */
export interface TpmElement {
  readonly '@model'?: 'tpm-tis' | 'tpm-crb' | 'tpm-spapr' | 'spapr-tpm-proxy';
  readonly backend: TpmBackendElement;
  readonly alias?: DiskAliasElement;
  readonly address?: DiskAddressElement;
}

/**
 * `/domain/devices/shmem`, the schema's define `shmem`.
 *
 * Source: https://libvirt.org/formatdomain.html#shared-memory-device
 */
export interface ShmemElement {
  readonly '@name': string;
  readonly '@role'?: 'master' | 'peer';
  readonly model?: ShmemModelElement;
  readonly size?: WholeNumber | ShmemSizeElement;
  readonly server?: ShmemServerElement;
  readonly msi?: ShmemMsiElement;
  readonly alias?: DiskAliasElement;
  readonly acpi?: DiskAcpiElement;
  readonly address?: DiskAddressElement;
}

/**
 * `/domain/devices/memory`, the schema's define `memorydev`.
 *
 * Source: https://libvirt.org/formatdomain.html#memory-devices
 */
export interface DevicesMemoryElement {
  readonly '@model': 'dimm' | 'nvdimm' | 'virtio-pmem' | 'virtio-mem' | 'sgx-epc';
  readonly '@access'?: 'shared' | 'private';
  readonly '@discard'?: 'yes' | 'no';
  readonly uuid?: string;
  readonly source?: DevicesMemorySourceElement;
  readonly target: DevicesMemoryTargetElement;
  readonly address?: DiskAddressElement;
  readonly alias?: DiskAliasElement;
  readonly acpi?: DiskAcpiElement;
}

/** `/domain/devices/crypto`, the schema's define `crypto`. */
export interface CryptoElement {
  readonly '@model': 'virtio';
  readonly '@type': 'qemu';
  readonly backend: CryptoBackendElement;
  readonly driver?: CryptoDriverElement;
  readonly alias?: DiskAliasElement;
  readonly address?: DiskAddressElement;
}

/**
 * `/domain/devices/watchdog`, the schema's define `watchdog`.
 *
 * Source: https://libvirt.org/formatdomain.html#watchdog-device
 */
export interface WatchdogElement {
  readonly '@model': 'i6300esb' | 'ib700' | 'diag288' | 'itco';
  readonly '@action'?: 'reset' | 'shutdown' | 'poweroff' | 'pause' | 'none' | 'dump' | 'inject-nmi';
  readonly alias?: DiskAliasElement;
  readonly acpi?: DiskAcpiElement;
  readonly address?: DiskAddressElement;
}

/**
 * `/domain/devices/memballoon`, the schema's define `memballoon`.
 *
 * Source: https://libvirt.org/formatdomain.html#memory-balloon-device
 */
export interface MemballoonElement {
  readonly '@model': 'virtio' | 'virtio-transitional' | 'virtio-non-transitional' | 'xen' | 'none';
  readonly '@autodeflate'?: 'on' | 'off';
  readonly '@freePageReporting'?: 'on' | 'off';
  readonly alias?: DiskAliasElement;
  readonly acpi?: DiskAcpiElement;
  readonly address?: DiskAddressElement;
  readonly stats?: MemballoonStatsElement;
  readonly driver?: MemballoonDriverElement;
}

/**
 * `/domain/devices/nvram`, the schema's define `nvram`.
 *
 * Source: https://libvirt.org/formatdomain.html#nvram-device
 */
export interface NvramElement {
  readonly address?: DiskAddressElement;
}

/**
 * `/domain/devices/panic`, the schema's define `panic`.
 *
 * Source: https://libvirt.org/formatdomain.html#panic-device
 */
export interface PanicElement {
  readonly '@model'?: 'isa' | 'pseries' | 'hyperv' | 's390' | 'pvpanic';
  readonly alias?: DiskAliasElement;
  readonly address?: DiskAddressElement;
}

/**
 * `/domain/devices/iommu`, the schema's define `iommu`.
 *
 * Source: https://libvirt.org/formatdomain.html#iommu-devices
 */
export interface IommuElement {
  readonly '@model': 'intel' | 'smmuv3' | 'virtio';
  readonly driver?: IommuDriverElement;
  readonly acpi?: DiskAcpiElement;
  readonly address?: DiskAddressElement;
  readonly alias?: DiskAliasElement;
}

/**
 * `/domain/devices/vsock`, the schema's define `vsock`.
 *
 * Source: https://libvirt.org/formatdomain.html#vsock
 */
export interface VsockElement {
  readonly '@model'?: 'virtio' | 'virtio-transitional' | 'virtio-non-transitional';
  readonly cid?: VsockCidElement;
  readonly address?: DiskAddressElement;
  readonly alias?: DiskAliasElement;
  readonly acpi?: DiskAcpiElement;
  readonly driver?: VsockDriverElement;
}

/** `/domain/devices/pstore`, the schema's define `pstore`. */
export interface PstoreElement {
  readonly '@backend': 'acpi-erst';
  readonly path?: string;
  readonly size: WholeNumber | PstoreSizeElement;
  readonly address?: DiskAddressElement;
  readonly alias?: DiskAliasElement;
}

/** `/domain/devices/disk/source`, the schema's define `diskSourceFile`. */
interface FileDiskSourceElement {
  readonly '@file'?: string;
  readonly '@fdgroup'?: string;
  readonly '@index'?: WholeNumber;
  readonly '@startupPolicy'?: 'mandatory' | 'requisite' | 'optional';
  readonly slices?: FileDiskSourceSlicesElement;
  readonly dataStore?: FileDiskSourceDataStoreElement;
  readonly privateData?: EmptyElement;
  readonly encryption?: DiskEncryptionElement;
  readonly seclabel?: readonly FileDiskSourceSeclabelElement[];
}

/** `/domain/devices/disk/driver`, the schema's define `diskDriver`. */
interface DiskDriverElement {
  readonly '@name'?: string;
  readonly '@type'?: 'raw' | 'dir' | 'bochs' | 'cloop' | 'dmg' | 'iso' | 'vpc' | 'vdi' | 'fat' | 'vhd' | 'ploop' | 'luks' | 'cow' | 'qcow' | 'qcow2' | 'qed' | 'vmdk' | 'aio';
  readonly '@cache'?: 'default' | 'none' | 'writeback' | 'writethrough' | 'directsync' | 'unsafe';
  readonly '@error_policy'?: 'stop' | 'report' | 'ignore' | 'enospace';
  readonly '@rerror_policy'?: 'stop' | 'report' | 'ignore';
  readonly '@io'?: 'threads' | 'native' | 'io_uring';
  readonly '@ioeventfd'?: 'on' | 'off';
  readonly '@event_idx'?: 'on' | 'off';
  readonly '@copy_on_read'?: 'on' | 'off';
  readonly '@discard'?: 'unmap' | 'ignore';
  readonly '@iothread'?: WholeNumber;
  readonly '@detect_zeroes'?: 'off' | 'on' | 'unmap';
  readonly '@discard_no_unref'?: 'on' | 'off';
  readonly '@queues'?: WholeNumber;
  readonly '@queue_size'?: WholeNumber;
  readonly '@iommu'?: 'on' | 'off';
  readonly '@ats'?: 'on' | 'off';
  readonly '@packed'?: 'on' | 'off';
  readonly '@page_per_vq'?: 'on' | 'off';
  readonly metadata_cache?: DiskDriverMetadataCacheElement;
  readonly iothreads?: DiskDriverIothreadsElement;
}

interface AnyDiskMirrorElement {
  readonly '@ready'?: 'yes' | 'abort' | 'pivot';
  readonly format?: DiskMirrorFormatElement;
  readonly backingStore?: EmptyElement | DiskBackingStoreElement;
}

/** `<mirror type='file'>` */
interface FileDiskMirrorElement extends AnyDiskMirrorElement {
  readonly '@type'?: 'file';
  readonly '@file'?: string;
  readonly '@format'?: 'raw' | 'dir' | 'bochs' | 'cloop' | 'dmg' | 'iso' | 'vpc' | 'vdi' | 'fat' | 'vhd' | 'ploop' | 'luks' | 'cow' | 'qcow' | 'qcow2' | 'qed' | 'vmdk';
  readonly '@job'?: 'copy' | 'active-commit';
  readonly source?: FileDiskSourceElement;
}

/** `<mirror type='block'>` */
interface BlockDiskMirrorElement extends AnyDiskMirrorElement {
  readonly '@type': 'block';
  readonly '@job': 'copy' | 'active-commit';
  readonly source?: BlockDiskSourceElement;
}

/** `<mirror type='dir'>` */
interface DirDiskMirrorElement extends AnyDiskMirrorElement {
  readonly '@type': 'dir';
  readonly '@job': 'copy' | 'active-commit';
  readonly source?: DirDiskSourceElement;
}

/** `<mirror type='network'>` */
interface NetworkDiskMirrorElement extends AnyDiskMirrorElement {
  readonly '@type': 'network';
  readonly '@job': 'copy' | 'active-commit';
  readonly source: NetworkDiskSourceElement;
}

/** `<mirror type='volume'>` */
interface VolumeDiskMirrorElement extends AnyDiskMirrorElement {
  readonly '@type': 'volume';
  readonly '@job': 'copy' | 'active-commit';
  readonly source?: VolumeDiskSourceElement;
}

/** `<mirror type='nvme'>` */
interface NvmeDiskMirrorElement extends AnyDiskMirrorElement {
  readonly '@type': 'nvme';
  readonly '@job': 'copy' | 'active-commit';
  readonly source?: NvmeDiskSourceElement;
}

/** `<mirror type='vhostuser'>` */
interface VhostuserDiskMirrorElement extends AnyDiskMirrorElement {
  readonly '@type': 'vhostuser';
  readonly '@job': 'copy' | 'active-commit';
  readonly source: VhostuserDiskSourceElement;
}

/** `<mirror type='vhostvdpa'>` */
interface VhostvdpaDiskMirrorElement extends AnyDiskMirrorElement {
  readonly '@type': 'vhostvdpa';
  readonly '@job': 'copy' | 'active-commit';
  readonly source: VhostvdpaDiskSourceElement;
}

/** `/domain/devices/disk/mirror`, the schema's define `diskMirror`. */
type DiskMirrorElement =
  | FileDiskMirrorElement
  | BlockDiskMirrorElement
  | DirDiskMirrorElement
  | NetworkDiskMirrorElement
  | VolumeDiskMirrorElement
  | NvmeDiskMirrorElement
  | VhostuserDiskMirrorElement
  | VhostvdpaDiskMirrorElement;

/** `/domain/devices/disk/auth`, the schema's define `diskAuth`. */
interface DiskAuthElement {
  readonly '@username': string;
  readonly secret: DiskAuthSecretElement;
}

/** `/domain/devices/disk/target`, the schema's define `diskTarget`. */
interface DiskTargetElement {
  readonly '@dev': string;
  readonly '@bus'?: 'ide' | 'fdc' | 'scsi' | 'virtio' | 'xen' | 'usb' | 'uml' | 'sata' | 'sd';
  readonly '@tray'?: 'open' | 'closed';
  readonly '@removable'?: 'on' | 'off';
  readonly '@rotation_rate'?: WholeNumber;
}

/** `/domain/devices/disk/boot`, the schema's define `deviceBoot`. */
interface DiskBootElement {
  readonly '@order': WholeNumber;
  readonly '@loadparm'?: string;
}

/** `/domain/devices/disk/backenddomain`, the schema's define `diskspec`. */
interface DiskBackenddomainElement {
  readonly '@name': string;
}

/** `/domain/devices/disk/transient`, the schema's define `diskspec`. */
interface DiskTransientElement {
  readonly '@shareBacking'?: 'yes' | 'no';
}

/** `/domain/devices/disk/encryption`, the schema's define `encryption`. */
interface DiskEncryptionElement {
  readonly '@format': 'default' | 'qcow' | 'luks' | 'luks2' | 'luks-any';
  readonly '@engine'?: 'qemu' | 'librbd';
  readonly secret?: readonly DiskEncryptionSecretElement[];
  readonly cipher?: DiskEncryptionCipherElement;
  readonly ivgen?: DiskEncryptionIvgenElement;
}

/** `/domain/devices/disk/throttlefilters`, the schema's define `throttlefilters`. */
interface DiskThrottlefiltersElement {
  readonly throttlefilter?: readonly DiskThrottlefiltersThrottlefilterElement[];
}

/** `/domain/devices/disk/iotune`, the schema's define `diskIoTune`. */
interface DiskIotuneElement {
  readonly total_bytes_sec?: WholeNumber;
  readonly read_bytes_sec?: WholeNumber;
  readonly write_bytes_sec?: WholeNumber;
  readonly total_iops_sec?: WholeNumber;
  readonly read_iops_sec?: WholeNumber;
  readonly write_iops_sec?: WholeNumber;
  readonly total_bytes_sec_max?: WholeNumber;
  readonly read_bytes_sec_max?: WholeNumber;
  readonly write_bytes_sec_max?: WholeNumber;
  readonly total_iops_sec_max?: WholeNumber;
  readonly read_iops_sec_max?: WholeNumber;
  readonly write_iops_sec_max?: WholeNumber;
  readonly size_iops_sec?: WholeNumber;
  readonly group_name?: string;
  readonly total_bytes_sec_max_length?: WholeNumber;
  readonly read_bytes_sec_max_length?: WholeNumber;
  readonly write_bytes_sec_max_length?: WholeNumber;
  readonly total_iops_sec_max_length?: WholeNumber;
  readonly read_iops_sec_max_length?: WholeNumber;
  readonly write_iops_sec_max_length?: WholeNumber;
}

/** `/domain/devices/disk/alias`, the schema's define `alias`. */
interface DiskAliasElement {
  readonly '@name': string;
}

/** `/domain/devices/disk/acpi`, the schema's define `acpi`. */
interface DiskAcpiElement {
  readonly '@index'?: WholeNumber;
}

/** `<address type='pci'>` */
interface PciDiskAddressElement {
  readonly '@type': 'pci';
  readonly '@domain'?: string | number;
  readonly '@bus'?: string | number;
  readonly '@slot'?: string | number;
  readonly '@function'?: string | number;
  readonly '@multifunction'?: 'on' | 'off';
  readonly zpci?: DiskAddressZpciElement;
}

/** `<address type='drive'>` */
interface DriveDiskAddressElement {
  readonly '@type': 'drive';
  readonly '@controller'?: string | number;
  readonly '@bus'?: string | number;
  readonly '@target'?: string | number;
  readonly '@unit'?: string | number;
}

/** `<address type='virtio-serial'>` */
interface VirtioSerialDiskAddressElement {
  readonly '@type': 'virtio-serial';
  readonly '@controller': string | number;
  readonly '@bus'?: string | number;
  readonly '@port'?: string | number;
}

/** `<address type='ccid'>` */
interface CcidDiskAddressElement {
  readonly '@type': 'ccid';
  readonly '@controller': string | number;
  readonly '@slot'?: string | number;
}

/** `<address type='usb'>` */
interface UsbDiskAddressElement {
  readonly '@type': 'usb';
  readonly '@bus': string | number;
  readonly '@port'?: string | number;
}

/** `<address type='spapr-vio'>` */
interface SpaprVioDiskAddressElement {
  readonly '@type': 'spapr-vio';
  readonly '@reg'?: string | number;
}

/** `<address type='ccw'>` */
interface CcwDiskAddressElement {
  readonly '@type': 'ccw';
  readonly '@cssid'?: string | number;
  readonly '@ssid'?: string | number;
  readonly '@devno'?: string | number;
}

/** `<address type='isa'>` */
interface IsaDiskAddressElement {
  readonly '@type': 'isa';
  readonly '@iobase'?: string;
  readonly '@irq'?: string;
}

/** `<address type='virtio-mmio|unassigned'>` */
interface VirtioMmioOrUnassignedDiskAddressElement {
  readonly '@type': 'virtio-mmio' | 'unassigned';
}

/** `<address type='dimm'>` */
interface DimmDiskAddressElement {
  readonly '@type': 'dimm';
  readonly '@slot'?: WholeNumber;
  readonly '@base'?: string | number;
}

/** `/domain/devices/disk/address`, the schema's define `address`. */
type DiskAddressElement =
  | PciDiskAddressElement
  | DriveDiskAddressElement
  | VirtioSerialDiskAddressElement
  | CcidDiskAddressElement
  | UsbDiskAddressElement
  | SpaprVioDiskAddressElement
  | CcwDiskAddressElement
  | IsaDiskAddressElement
  | VirtioMmioOrUnassignedDiskAddressElement
  | DimmDiskAddressElement;

/** `/domain/devices/disk/geometry`, the schema's define `geometry`. */
interface DiskGeometryElement {
  readonly '@cyls': WholeNumber;
  readonly '@heads': WholeNumber;
  readonly '@secs': WholeNumber;
  readonly '@trans'?: 'auto' | 'none' | 'lba';
}

/** `/domain/devices/disk/blockio`, the schema's define `diskBlockIo`. */
interface DiskBlockioElement {
  readonly '@logical_block_size'?: WholeNumber;
  readonly '@physical_block_size'?: WholeNumber;
  readonly '@discard_granularity'?: WholeNumber;
}

interface AnyDiskBackingStoreElement {
  readonly '@index'?: WholeNumber;
  readonly backingStore?: EmptyElement | DiskBackingStoreElement;
  readonly format: DiskMirrorFormatElement;
}

/** `<backingStore type='file'>` */
interface FileDiskBackingStoreElement extends AnyDiskBackingStoreElement {
  readonly '@type'?: 'file';
  readonly source?: FileDiskSourceElement;
}

/** `<backingStore type='block'>` */
interface BlockDiskBackingStoreElement extends AnyDiskBackingStoreElement {
  readonly '@type': 'block';
  readonly source?: BlockDiskSourceElement;
}

/** `<backingStore type='dir'>` */
interface DirDiskBackingStoreElement extends AnyDiskBackingStoreElement {
  readonly '@type': 'dir';
  readonly source?: DirDiskSourceElement;
}

/** `<backingStore type='network'>` */
interface NetworkDiskBackingStoreElement extends AnyDiskBackingStoreElement {
  readonly '@type': 'network';
  readonly source: NetworkDiskSourceElement;
}

/** `<backingStore type='volume'>` */
interface VolumeDiskBackingStoreElement extends AnyDiskBackingStoreElement {
  readonly '@type': 'volume';
  readonly source?: VolumeDiskSourceElement;
}

/** `<backingStore type='nvme'>` */
interface NvmeDiskBackingStoreElement extends AnyDiskBackingStoreElement {
  readonly '@type': 'nvme';
  readonly source?: NvmeDiskSourceElement;
}

/** `<backingStore type='vhostuser'>` */
interface VhostuserDiskBackingStoreElement extends AnyDiskBackingStoreElement {
  readonly '@type': 'vhostuser';
  readonly source: VhostuserDiskSourceElement;
}

/** `<backingStore type='vhostvdpa'>` */
interface VhostvdpaDiskBackingStoreElement extends AnyDiskBackingStoreElement {
  readonly '@type': 'vhostvdpa';
  readonly source: VhostvdpaDiskSourceElement;
}

/** `/domain/devices/disk/backingStore`, the schema's define `diskBackingStore`. */
type DiskBackingStoreElement =
  | FileDiskBackingStoreElement
  | BlockDiskBackingStoreElement
  | DirDiskBackingStoreElement
  | NetworkDiskBackingStoreElement
  | VolumeDiskBackingStoreElement
  | NvmeDiskBackingStoreElement
  | VhostuserDiskBackingStoreElement
  | VhostvdpaDiskBackingStoreElement;

/** `/domain/devices/disk/source`, the schema's define `diskSourceBlock`. */
interface BlockDiskSourceElement {
  readonly '@dev'?: string;
  readonly '@index'?: WholeNumber;
  readonly '@startupPolicy'?: 'mandatory' | 'requisite' | 'optional';
  readonly slices?: FileDiskSourceSlicesElement;
  readonly dataStore?: FileDiskSourceDataStoreElement;
  readonly privateData?: EmptyElement;
  readonly encryption?: DiskEncryptionElement;
  readonly reservations?: BlockDiskSourceReservationsElement;
  readonly seclabel?: readonly FileDiskSourceSeclabelElement[];
}

/** `/domain/devices/disk/source`, the schema's define `diskSourceDir`. */
interface DirDiskSourceElement {
  readonly '@dir': string;
  readonly '@index'?: WholeNumber;
  readonly '@startupPolicy'?: 'mandatory' | 'requisite' | 'optional';
  readonly slices?: FileDiskSourceSlicesElement;
  readonly dataStore?: FileDiskSourceDataStoreElement;
  readonly privateData?: EmptyElement;
  readonly encryption?: DiskEncryptionElement;
}

interface AnyNetworkDiskSourceElement {
  readonly '@index'?: WholeNumber;
  readonly slices?: FileDiskSourceSlicesElement;
  readonly dataStore?: FileDiskSourceDataStoreElement;
  readonly privateData?: EmptyElement;
}

/** `<source protocol='nbd'>` */
interface NbdNetworkDiskSourceElement extends AnyNetworkDiskSourceElement {
  readonly '@protocol': 'nbd';
  readonly '@name'?: string;
  readonly '@tls'?: 'yes' | 'no';
  readonly '@tlsHostname'?: string;
  readonly host: readonly NetworkDiskSourceHostElement[];
  readonly reconnect?: NetworkDiskSourceReconnectElement;
  readonly encryption?: DiskEncryptionElement;
}

/** `<source protocol='gluster'>` */
interface GlusterNetworkDiskSourceElement extends AnyNetworkDiskSourceElement {
  readonly '@protocol': 'gluster';
  readonly '@name': string;
  readonly host: readonly NetworkDiskSourceHostElement[];
  readonly encryption?: DiskEncryptionElement;
}

/** `<source protocol='rbd'>` */
interface RbdNetworkDiskSourceElement extends AnyNetworkDiskSourceElement {
  readonly '@protocol': 'rbd';
  readonly '@name'?: string;
  readonly host?: readonly NetworkDiskSourceHostElement[];
  readonly snapshot?: NetworkDiskSourceSnapshotElement;
  readonly config?: NetworkDiskSourceConfigElement;
  readonly auth?: DiskAuthElement;
  readonly encryption?: DiskEncryptionElement;
}

/** `<source protocol='iscsi'>` */
interface IscsiNetworkDiskSourceElement extends AnyNetworkDiskSourceElement {
  readonly '@protocol': 'iscsi';
  readonly '@name': string;
  readonly host: readonly NetworkDiskSourceHostElement[];
  readonly auth?: DiskAuthElement;
  readonly encryption?: DiskEncryptionElement;
  readonly initiator?: NetworkDiskSourceInitiatorElement;
}

/** `<source protocol='http'>` */
interface HttpNetworkDiskSourceElement extends AnyNetworkDiskSourceElement {
  readonly '@protocol': 'http';
  readonly '@name': string;
  readonly '@query'?: string;
  readonly host: readonly NetworkDiskSourceHostElement[];
  readonly encryption?: DiskEncryptionElement;
  readonly cookies?: NetworkDiskSourceCookiesElement;
  readonly readahead?: NetworkDiskSourceReadaheadElement;
  readonly timeout?: NetworkDiskSourceTimeoutElement;
  readonly auth?: DiskAuthElement;
}

/** `<source protocol='https'>` */
interface HttpsNetworkDiskSourceElement extends AnyNetworkDiskSourceElement {
  readonly '@protocol': 'https';
  readonly '@name': string;
  readonly '@query'?: string;
  readonly host: readonly NetworkDiskSourceHostElement[];
  readonly encryption?: DiskEncryptionElement;
  readonly ssl?: NetworkDiskSourceSslElement;
  readonly cookies?: NetworkDiskSourceCookiesElement;
  readonly readahead?: NetworkDiskSourceReadaheadElement;
  readonly timeout?: NetworkDiskSourceTimeoutElement;
  readonly auth?: DiskAuthElement;
}

/** `<source protocol='ftps'>` */
interface FtpsNetworkDiskSourceElement extends AnyNetworkDiskSourceElement {
  readonly '@protocol': 'ftps';
  readonly '@name': string;
  readonly host: readonly NetworkDiskSourceHostElement[];
  readonly encryption?: DiskEncryptionElement;
  readonly ssl?: NetworkDiskSourceSslElement;
  readonly readahead?: NetworkDiskSourceReadaheadElement;
  readonly timeout?: NetworkDiskSourceTimeoutElement;
  readonly auth?: DiskAuthElement;
}

/** `<source protocol='ftp'>` */
interface FtpNetworkDiskSourceElement extends AnyNetworkDiskSourceElement {
  readonly '@protocol': 'ftp';
  readonly '@name': string;
  readonly host: readonly NetworkDiskSourceHostElement[];
  readonly encryption?: DiskEncryptionElement;
  readonly readahead?: NetworkDiskSourceReadaheadElement;
  readonly timeout?: NetworkDiskSourceTimeoutElement;
  readonly auth?: DiskAuthElement;
}

/** `<source protocol='ssh'>` */
interface SshNetworkDiskSourceElement extends AnyNetworkDiskSourceElement {
  readonly '@protocol': 'ssh';
  readonly '@name': string;
  readonly host: readonly NetworkDiskSourceHostElement[];
  readonly encryption?: DiskEncryptionElement;
  readonly readahead?: NetworkDiskSourceReadaheadElement;
  readonly timeout?: NetworkDiskSourceTimeoutElement;
  readonly knownHosts?: NetworkDiskSourceKnownHostsElement;
  readonly identity?: SshNetworkDiskSourceIdentityElement;
  readonly auth?: DiskAuthElement;
}

/** `<source protocol='sheepdog|tftp'>` */
interface SheepdogOrTftpNetworkDiskSourceElement extends AnyNetworkDiskSourceElement {
  readonly '@protocol': 'sheepdog' | 'tftp';
  readonly '@name': string;
  readonly host: readonly NetworkDiskSourceHostElement[];
  readonly encryption?: DiskEncryptionElement;
  readonly readahead?: NetworkDiskSourceReadaheadElement;
  readonly timeout?: NetworkDiskSourceTimeoutElement;
}

/** `<source protocol='vxhs'>` */
interface VxhsNetworkDiskSourceElement extends AnyNetworkDiskSourceElement {
  readonly '@protocol': 'vxhs';
  readonly '@name': string;
  readonly '@tls'?: 'yes' | 'no';
  readonly host: readonly NetworkDiskSourceHostElement[];
}

/** `<source protocol='nfs'>` */
interface NfsNetworkDiskSourceElement extends AnyNetworkDiskSourceElement {
  readonly '@protocol': 'nfs';
  readonly '@name': string;
  readonly host: readonly NetworkDiskSourceHostElement[];
  readonly identity?: NfsNetworkDiskSourceIdentityElement;
}

/** `/domain/devices/disk/source`, the schema's define `diskSourceNetworkProtocolNBD, diskSourceNetworkProtocolGluster, diskSourceNetworkProtocolRBD, diskSourceNetworkProtocolISCSI, diskSourceNetworkProtocolHTTP, diskSourceNetworkProtocolHTTPS, diskSourceNetworkProtocolFTPS, diskSourceNetworkProtocolFTP, diskSourceNetworkProtocolSSH, diskSourceNetworkProtocolSimple, diskSourceNetworkProtocolVxHS, diskSourceNetworkProtocolNFS`. */
type NetworkDiskSourceElement =
  | NbdNetworkDiskSourceElement
  | GlusterNetworkDiskSourceElement
  | RbdNetworkDiskSourceElement
  | IscsiNetworkDiskSourceElement
  | HttpNetworkDiskSourceElement
  | HttpsNetworkDiskSourceElement
  | FtpsNetworkDiskSourceElement
  | FtpNetworkDiskSourceElement
  | SshNetworkDiskSourceElement
  | SheepdogOrTftpNetworkDiskSourceElement
  | VxhsNetworkDiskSourceElement
  | NfsNetworkDiskSourceElement;

/** `/domain/devices/disk/source`, the schema's define `diskSourceVolume`. */
interface VolumeDiskSourceElement {
  readonly '@pool': string;
  readonly '@volume': string;
  readonly '@mode'?: 'host' | 'direct';
  readonly '@index'?: WholeNumber;
  readonly '@startupPolicy'?: 'mandatory' | 'requisite' | 'optional';
  readonly slices?: FileDiskSourceSlicesElement;
  readonly dataStore?: FileDiskSourceDataStoreElement;
  readonly privateData?: EmptyElement;
  readonly encryption?: DiskEncryptionElement;
  readonly seclabel?: readonly FileDiskSourceSeclabelElement[];
}

/** `/domain/devices/disk/source`, the schema's define `diskSourceNvme`. */
interface NvmeDiskSourceElement {
  readonly '@type': 'pci';
  readonly '@namespace': string | number;
  readonly '@managed'?: 'yes' | 'no';
  readonly '@index'?: WholeNumber;
  readonly '@startupPolicy'?: 'mandatory' | 'requisite' | 'optional';
  readonly address: NvmeDiskSourceAddressElement;
  readonly slices?: FileDiskSourceSlicesElement;
  readonly dataStore?: FileDiskSourceDataStoreElement;
  readonly privateData?: EmptyElement;
  readonly encryption?: DiskEncryptionElement;
}

/** `/domain/devices/disk/source`, the schema's define `diskSourceVhostUser`. */
interface VhostuserDiskSourceElement {
  readonly '@type': 'unix';
  readonly '@path': string;
  readonly reconnect?: NetworkDiskSourceReconnectElement;
}

/** `/domain/devices/disk/source`, the schema's define `diskSourceVhostVdpa`. */
interface VhostvdpaDiskSourceElement {
  readonly '@dev': string;
}

/** `/domain/devices/controller/driver`, the schema's define `controller`. */
interface ControllerDriverElement {
  readonly '@queues'?: WholeNumber;
  readonly '@cmd_per_lun'?: WholeNumber;
  readonly '@max_sectors'?: WholeNumber;
  readonly '@ioeventfd'?: 'on' | 'off';
  readonly '@iothread'?: WholeNumber;
  readonly '@iommu'?: 'on' | 'off';
  readonly '@ats'?: 'on' | 'off';
  readonly '@packed'?: 'on' | 'off';
  readonly '@page_per_vq'?: 'on' | 'off';
  readonly iothreads?: DiskDriverIothreadsElement;
}

/** `/domain/devices/controller/master`, the schema's define `usbmaster`. */
interface ControllerMasterElement {
  readonly '@startport': string | number;
}

/** `/domain/devices/controller/model`, the schema's define `controller`. */
interface ControllerModelElement {
  readonly '@name': 'spapr-pci-host-bridge' | 'pci-bridge' | 'i82801b11-bridge' | 'pcie-pci-bridge' | 'ioh3420' | 'pcie-root-port' | 'x3130-upstream' | 'xio3130-downstream' | 'pxb' | 'pxb-pcie';
}

/** `/domain/devices/controller/target`, the schema's define `controller`. */
interface ControllerTargetElement {
  readonly '@chassisNr'?: string | number;
  readonly '@chassis'?: string | number;
  readonly '@port'?: string | number;
  readonly '@busNr'?: string | number;
  readonly '@index'?: string | number;
  readonly '@hotplug'?: 'on' | 'off';
  readonly '@memReserve'?: WholeNumber;
  readonly node?: WholeNumber;
}

/** `/domain/devices/controller/pcihole64`, the schema's define `controller`. */
interface ControllerPcihole64Element {
  readonly '@unit'?: string;
  readonly '#': WholeNumber;
}

/** `/domain/devices/lease/target`, the schema's define `lease`. */
interface LeaseTargetElement {
  readonly '@path': string;
  readonly '@offset'?: WholeNumber;
}

/** `<driver type='path|handle|loop|nbd|ploop'>` */
interface PlainFilesystemDriverElement {
  readonly '@type'?: 'path' | 'handle' | 'loop' | 'nbd' | 'ploop';
  readonly '@format'?: 'raw' | 'dir' | 'bochs' | 'cloop' | 'dmg' | 'iso' | 'vpc' | 'vdi' | 'fat' | 'vhd' | 'ploop' | 'luks' | 'cow' | 'qcow' | 'qcow2' | 'qed' | 'vmdk';
  readonly '@wrpolicy'?: 'immediate';
  readonly '@iommu'?: 'on' | 'off';
  readonly '@ats'?: 'on' | 'off';
  readonly '@packed'?: 'on' | 'off';
  readonly '@page_per_vq'?: 'on' | 'off';
}

/** `<driver type='virtiofs'>` */
interface VirtiofsFilesystemDriverElement {
  readonly '@type': 'virtiofs';
  readonly '@queue'?: WholeNumber;
  readonly '@iommu'?: 'on' | 'off';
  readonly '@ats'?: 'on' | 'off';
  readonly '@packed'?: 'on' | 'off';
  readonly '@page_per_vq'?: 'on' | 'off';
}

/** `<driver type='mtp'>` */
interface MtpFilesystemDriverElement {
  readonly '@type': 'mtp';
}

/** `/domain/devices/filesystem/driver`, the schema's define `fsDriver`. */
type FilesystemDriverElement =
  | PlainFilesystemDriverElement
  | VirtiofsFilesystemDriverElement
  | MtpFilesystemDriverElement;

/** `/domain/devices/filesystem/source`, the schema's define `filesystem`. */
interface FileFilesystemSourceElement {
  readonly '@file': string;
}

/** `/domain/devices/filesystem/target`, the schema's define `filesystemCommon`. */
interface FilesystemTargetElement {
  readonly '@dir': string;
}

/** `/domain/devices/filesystem/space_hard_limit`, the schema's define `filesystemCommon`. */
interface FilesystemSpaceHardLimitElement {
  readonly '@unit'?: string;
  readonly '#': WholeNumber;
}

/** `/domain/devices/filesystem/space_soft_limit`, the schema's define `filesystemCommon`. */
interface FilesystemSpaceSoftLimitElement {
  readonly '@unit'?: string;
  readonly '#': WholeNumber;
}

/** `/domain/devices/filesystem/source`, the schema's define `filesystem`. */
interface BlockFilesystemSourceElement {
  readonly '@dev': string;
}

/** `/domain/devices/filesystem/binary`, the schema's define `fsBinary`. */
interface FilesystemBinaryElement {
  readonly '@path'?: string;
  readonly '@xattr'?: 'on' | 'off';
  readonly cache?: FilesystemBinaryCacheElement;
  readonly sandbox?: FilesystemBinarySandboxElement;
  readonly lock?: FilesystemBinaryLockElement;
  readonly thread_pool?: FilesystemBinaryThreadPoolElement;
  readonly openfiles?: FilesystemBinaryOpenfilesElement;
}

/** `/domain/devices/filesystem/source`, the schema's define `filesystem`. */
interface MountFilesystemSourceElement {
  readonly '@dir'?: string;
  readonly '@socket'?: string;
}

/** `/domain/devices/filesystem/source`, the schema's define `filesystem`. */
interface BindFilesystemSourceElement {
  readonly '@dir': string;
}

/** `/domain/devices/filesystem/source`, the schema's define `filesystem`. */
interface TemplateFilesystemSourceElement {
  readonly '@name': string;
}

/** `/domain/devices/filesystem/source`, the schema's define `filesystem`. */
interface RamFilesystemSourceElement {
  readonly '@usage': WholeNumber;
  readonly '@units'?: string;
}

/** `/domain/devices/filesystem/source`, the schema's define `filesystem`. */
interface PlainFilesystemSourceElement {
  readonly '@socket'?: string;
  readonly '@dir'?: string;
}

/** `/domain/devices/interface/source`, the schema's define `interface`. */
interface BridgeInterfaceSourceElement {
  readonly '@bridge': string;
  readonly '@macTableManager'?: 'kernel' | 'libvirt';
  readonly '@network'?: string;
  readonly '@portgroup'?: string;
  readonly '@portid'?: string;
}

/** `<virtualport type='802.1Qbg'>` */
interface InterfaceVirtualport8021QbgElement {
  readonly '@type': '802.1Qbg';
  readonly parameters?: InterfaceVirtualport8021QbgParametersElement;
}

/** `<virtualport type='802.1Qbh'>` */
interface InterfaceVirtualport8021QbhElement {
  readonly '@type': '802.1Qbh';
  readonly parameters?: InterfaceVirtualport8021QbhParametersElement;
}

/** `<virtualport type='openvswitch'>` */
interface OpenvswitchInterfaceVirtualportElement {
  readonly '@type': 'openvswitch';
  readonly parameters?: OpenvswitchInterfaceVirtualportParametersElement;
}

/** `<virtualport type='midonet'>` */
interface MidonetInterfaceVirtualportElement {
  readonly '@type': 'midonet';
  readonly parameters: MidonetInterfaceVirtualportParametersElement;
}

/** `<virtualport type=''>` */
interface PlainInterfaceVirtualportElement {
  readonly '@type'?: never;
  readonly parameters?: PlainInterfaceVirtualportParametersElement;
}

/** `/domain/devices/interface/virtualport`, the schema's define `virtualPortProfile`. */
type InterfaceVirtualportElement =
  | InterfaceVirtualport8021QbgElement
  | InterfaceVirtualport8021QbhElement
  | OpenvswitchInterfaceVirtualportElement
  | MidonetInterfaceVirtualportElement
  | PlainInterfaceVirtualportElement;

/** `/domain/devices/interface/link`, the schema's define `interface-options`. */
interface InterfaceLinkElement {
  readonly '@state': 'up' | 'down';
}

/** `/domain/devices/interface/mtu`, the schema's define `mtu`. */
interface InterfaceMtuElement {
  readonly '@size': WholeNumber;
}

/** `/domain/devices/interface/coalesce`, the schema's define `coalesce`. */
interface InterfaceCoalesceElement {
  readonly rx?: InterfaceCoalesceRxElement;
}

/** `/domain/devices/interface/target`, the schema's define `interface-options`. */
interface InterfaceTargetElement {
  readonly '@dev': string;
  readonly '@managed'?: 'yes' | 'no';
}

/** `/domain/devices/interface/guest`, the schema's define `interface-options`. */
interface InterfaceGuestElement {
  readonly '@dev'?: string;
  readonly '@actual'?: string;
}

/** `/domain/devices/interface/mac`, the schema's define `interface-options`. */
interface InterfaceMacElement {
  readonly '@address': string;
  readonly '@type'?: 'generated' | 'static';
  readonly '@check'?: 'yes' | 'no';
  readonly '@currentAddress'?: string;
}

/** `/domain/devices/interface/ip`, the schema's define `interface-ip-info`. */
interface InterfaceIpElement {
  readonly '@address': string;
  readonly '@family'?: string;
  readonly '@prefix'?: WholeNumber;
  readonly '@peer'?: string;
}

/** `/domain/devices/interface/route`, the schema's define `route`. */
interface InterfaceRouteElement {
  readonly '@family'?: string;
  readonly '@address': string;
  readonly '@netmask'?: string;
  readonly '@prefix'?: WholeNumber;
  readonly '@gateway': string;
  readonly '@metric'?: WholeNumber;
}

/** `/domain/devices/interface/portForward`, the schema's define `interface-port-forwards`. */
interface InterfacePortForwardElement {
  readonly '@proto': 'tcp' | 'udp';
  readonly '@address'?: string;
  readonly '@dev'?: string;
  readonly range?: readonly InterfacePortForwardRangeElement[];
}

/** `/domain/devices/interface/script`, the schema's define `interface-options`. */
interface InterfaceScriptElement {
  readonly '@path': string;
}

/** `/domain/devices/interface/downscript`, the schema's define `interface-options`. */
interface InterfaceDownscriptElement {
  readonly '@path': string;
}

/** `/domain/devices/interface/backenddomain`, the schema's define `interface-options`. */
interface InterfaceBackenddomainElement {
  readonly '@name': string;
}

/** `/domain/devices/interface/model`, the schema's define `interface-options`. */
interface InterfaceModelElement {
  readonly '@type': string;
}

/** `/domain/devices/interface/backend`, the schema's define `interface-options`. */
interface InterfaceBackendElement {
  readonly '@type'?: 'default' | 'passt';
  readonly '@tap'?: string;
  readonly '@vhost'?: string;
  readonly '@logFile'?: string;
}

/** `<driver name='kvm|vfio|xen'>` */
interface OtherInterfaceDriverElement {
  readonly '@name': 'kvm' | 'vfio' | 'xen';
  readonly '@model'?: string;
}

/** `<driver name='qemu|vhost'>` */
interface QemuOrVhostInterfaceDriverElement {
  readonly '@name': 'qemu' | 'vhost';
  readonly '@queues'?: WholeNumber;
  readonly '@rx_queue_size'?: WholeNumber;
  readonly '@tx_queue_size'?: WholeNumber;
  readonly '@txmode'?: 'iothread' | 'timer';
  readonly '@ioeventfd'?: 'on' | 'off';
  readonly '@event_idx'?: 'on' | 'off';
  readonly '@iommu'?: 'on' | 'off';
  readonly '@ats'?: 'on' | 'off';
  readonly '@packed'?: 'on' | 'off';
  readonly '@page_per_vq'?: 'on' | 'off';
  readonly '@rss'?: 'on' | 'off';
  readonly '@rss_hash_report'?: 'on' | 'off';
  readonly host?: InterfaceDriverHostElement;
  readonly guest?: InterfaceDriverGuestElement;
}

/** `<driver name=''>` */
interface PlainInterfaceDriverElement {
  readonly '@name'?: never;
  readonly '@model'?: string;
  readonly '@queues'?: WholeNumber;
  readonly '@rx_queue_size'?: WholeNumber;
  readonly '@tx_queue_size'?: WholeNumber;
  readonly '@txmode'?: 'iothread' | 'timer';
  readonly '@ioeventfd'?: 'on' | 'off';
  readonly '@event_idx'?: 'on' | 'off';
  readonly '@iommu'?: 'on' | 'off';
  readonly '@ats'?: 'on' | 'off';
  readonly '@packed'?: 'on' | 'off';
  readonly '@page_per_vq'?: 'on' | 'off';
  readonly '@rss'?: 'on' | 'off';
  readonly '@rss_hash_report'?: 'on' | 'off';
  readonly host?: InterfaceDriverHostElement;
  readonly guest?: InterfaceDriverGuestElement;
}

/** `/domain/devices/interface/driver`, the schema's define `hostdevDriver, interface-options`. */
type InterfaceDriverElement =
  | OtherInterfaceDriverElement
  | QemuOrVhostInterfaceDriverElement
  | PlainInterfaceDriverElement;

/** `/domain/devices/interface/filterref`, the schema's define `interface-options`. */
interface InterfaceFilterrefElement {
  readonly '@filter': string;
  readonly parameter?: readonly InterfaceFilterrefParameterElement[];
}

/** `/domain/devices/interface/tune`, the schema's define `interface-options`. */
interface InterfaceTuneElement {
  readonly sndbuf?: WholeNumber;
}

/** `/domain/devices/interface/rom`, the schema's define `rom`. */
interface InterfaceRomElement {
  readonly '@enabled'?: 'yes' | 'no';
  readonly '@bar'?: 'on' | 'off';
  readonly '@file'?: string;
}

/** `/domain/devices/interface/bandwidth`, the schema's define `bandwidth`. */
interface InterfaceBandwidthElement {
  readonly '@classID'?: WholeNumber;
  readonly inbound?: InterfaceBandwidthInboundElement;
  readonly outbound?: InterfaceBandwidthOutboundElement;
}

/** `/domain/devices/interface/vlan`, the schema's define `vlan`. */
interface InterfaceVlanElement {
  readonly '@trunk'?: 'yes';
  readonly tag: readonly InterfaceVlanTagElement[];
}

/** `/domain/devices/interface/port`, the schema's define `portOptions`. */
interface InterfacePortElement {
  readonly '@isolated'?: 'yes' | 'no';
}

/** `<teaming type='persistent'>` */
interface PersistentInterfaceTeamingElement {
  readonly '@type': 'persistent';
}

/** `<teaming type='transient'>` */
interface TransientInterfaceTeamingElement {
  readonly '@type': 'transient';
  readonly '@persistent': string;
}

/** `/domain/devices/interface/teaming`, the schema's define `teaming`. */
type InterfaceTeamingElement =
  | PersistentInterfaceTeamingElement
  | TransientInterfaceTeamingElement;

/** `/domain/devices/interface/source`, the schema's define `interface`. */
interface EthernetInterfaceSourceElement {
  readonly ip?: readonly InterfaceIpElement[];
  readonly route?: readonly InterfaceRouteElement[];
}

/** `/domain/devices/interface/source`, the schema's define `interface`. */
interface VhostuserInterfaceSourceElement {
  readonly '@type'?: 'unix';
  readonly '@path'?: string;
  readonly '@mode'?: 'server' | 'client';
  readonly '@dev'?: string;
  readonly reconnect?: NetworkDiskSourceReconnectElement;
}

/** `/domain/devices/interface/source`, the schema's define `interface`. */
interface NetworkInterfaceSourceElement {
  readonly '@network': string;
  readonly '@portgroup'?: string;
  readonly '@portid'?: string;
  readonly '@bridge'?: string;
  readonly '@macTableManager'?: 'kernel' | 'libvirt';
}

/** `/domain/devices/interface/source`, the schema's define `interface`. */
interface DirectInterfaceSourceElement {
  readonly '@dev': string;
  readonly '@mode'?: string;
  readonly '@network'?: string;
  readonly '@portgroup'?: string;
  readonly '@portid'?: string;
}

/** `/domain/devices/interface/source`, the schema's define `interface`. */
interface UserInterfaceSourceElement {
  readonly '@dev': string;
}

/** `/domain/devices/interface/source`, the schema's define `interface`. */
interface InternalInterfaceSourceElement {
  readonly '@name': string;
}

/** `/domain/devices/interface/source`, the schema's define `interface`. */
interface McastOrClientInterfaceSourceElement {
  readonly '@address': string;
  readonly '@port': WholeNumber;
}

/** `/domain/devices/interface/source`, the schema's define `interface`. */
interface UdpInterfaceSourceElement {
  readonly '@address': string;
  readonly '@port': WholeNumber;
  readonly local: UdpInterfaceSourceLocalElement;
}

/** `/domain/devices/interface/source`, the schema's define `interface`. */
interface ServerInterfaceSourceElement {
  readonly '@address'?: string;
  readonly '@port': WholeNumber;
}

/** `/domain/devices/interface/source`, the schema's define `interface`. */
interface HostdevInterfaceSourceElement {
  readonly '@missing'?: 'yes' | 'no';
  readonly vendor?: HostdevInterfaceSourceVendorElement;
  readonly product?: HostdevInterfaceSourceProductElement;
  readonly address?: HostdevInterfaceSourceAddressElement;
}

/** `/domain/devices/interface/source`, the schema's define `interface`. */
interface VdpaInterfaceSourceElement {
  readonly '@dev': string;
}

/** `/domain/devices/interface/source`, the schema's define `interface`. */
interface VdsInterfaceSourceElement {
  readonly '@switchid': string;
  readonly '@portid'?: WholeNumber;
  readonly '@portgroupid'?: string;
  readonly '@connectionid'?: WholeNumber;
}

/** `/domain/devices/input/driver`, the schema's define `input`. */
interface InputDriverElement {
  readonly '@iommu'?: 'on' | 'off';
  readonly '@ats'?: 'on' | 'off';
  readonly '@packed'?: 'on' | 'off';
  readonly '@page_per_vq'?: 'on' | 'off';
}

/** `/domain/devices/input/source`, the schema's define `input`. */
interface PassthroughInputSourceElement {
  readonly '@evdev': string;
}

/** `/domain/devices/input/source`, the schema's define `input`. */
interface EvdevInputSourceElement {
  readonly '@dev': string;
  readonly '@grab'?: 'all';
  readonly '@grabToggle'?: 'ctrl-ctrl' | 'alt-alt' | 'shift-shift' | 'meta-meta' | 'scrolllock' | 'ctrl-scrolllock';
  readonly '@repeat'?: 'on' | 'off';
}

/** `/domain/devices/sound/audio`, the schema's define `sound`. */
interface SoundAudioElement {
  readonly '@id': string | number;
}

/** `/domain/devices/sound/codec`, the schema's define `codec`. */
interface SoundCodecElement {
  readonly '@type': 'duplex' | 'micro' | 'output';
}

/** `/domain/devices/sound/driver`, the schema's define `sound`. */
interface SoundDriverElement {
  readonly '@iommu'?: 'on' | 'off';
  readonly '@ats'?: 'on' | 'off';
  readonly '@packed'?: 'on' | 'off';
  readonly '@page_per_vq'?: 'on' | 'off';
}

/** `/domain/devices/audio/input`, the schema's define `audio`. */
interface NoneAudioInputElement {
  readonly '@mixingEngine'?: 'yes' | 'no';
  readonly '@fixedSettings'?: 'yes' | 'no';
  readonly '@voices'?: string | number;
  readonly '@bufferLength'?: string | number;
  readonly settings?: NoneAudioInputSettingsElement;
}

/** `/domain/devices/audio/output`, the schema's define `audio`. */
interface NoneAudioOutputElement {
  readonly '@mixingEngine'?: 'yes' | 'no';
  readonly '@fixedSettings'?: 'yes' | 'no';
  readonly '@voices'?: string | number;
  readonly '@bufferLength'?: string | number;
  readonly settings?: NoneAudioInputSettingsElement;
}

/** `/domain/devices/audio/input`, the schema's define `audio`. */
interface DbusAudioInputElement {
  readonly '@mixingEngine'?: 'yes' | 'no';
  readonly '@fixedSettings'?: 'yes' | 'no';
  readonly '@voices'?: string | number;
  readonly '@bufferLength'?: string | number;
  readonly settings?: NoneAudioInputSettingsElement;
}

/** `/domain/devices/audio/output`, the schema's define `audio`. */
interface DbusAudioOutputElement {
  readonly '@mixingEngine'?: 'yes' | 'no';
  readonly '@fixedSettings'?: 'yes' | 'no';
  readonly '@voices'?: string | number;
  readonly '@bufferLength'?: string | number;
  readonly settings?: NoneAudioInputSettingsElement;
}

/** `/domain/devices/audio/input`, the schema's define `audio`. */
interface AlsaAudioInputElement {
  readonly '@mixingEngine'?: 'yes' | 'no';
  readonly '@fixedSettings'?: 'yes' | 'no';
  readonly '@voices'?: string | number;
  readonly '@bufferLength'?: string | number;
  readonly '@dev'?: string;
  readonly settings?: NoneAudioInputSettingsElement;
}

/** `/domain/devices/audio/output`, the schema's define `audio`. */
interface AlsaAudioOutputElement {
  readonly '@mixingEngine'?: 'yes' | 'no';
  readonly '@fixedSettings'?: 'yes' | 'no';
  readonly '@voices'?: string | number;
  readonly '@bufferLength'?: string | number;
  readonly '@dev'?: string;
  readonly settings?: NoneAudioInputSettingsElement;
}

/** `/domain/devices/audio/input`, the schema's define `audio`. */
interface CoreaudioAudioInputElement {
  readonly '@mixingEngine'?: 'yes' | 'no';
  readonly '@fixedSettings'?: 'yes' | 'no';
  readonly '@voices'?: string | number;
  readonly '@bufferLength'?: string | number;
  readonly '@bufferCount'?: string | number;
  readonly settings?: NoneAudioInputSettingsElement;
}

/** `/domain/devices/audio/output`, the schema's define `audio`. */
interface CoreaudioAudioOutputElement {
  readonly '@mixingEngine'?: 'yes' | 'no';
  readonly '@fixedSettings'?: 'yes' | 'no';
  readonly '@voices'?: string | number;
  readonly '@bufferLength'?: string | number;
  readonly '@bufferCount'?: string | number;
  readonly settings?: NoneAudioInputSettingsElement;
}

/** `/domain/devices/audio/input`, the schema's define `audio`. */
interface JackAudioInputElement {
  readonly '@mixingEngine'?: 'yes' | 'no';
  readonly '@fixedSettings'?: 'yes' | 'no';
  readonly '@voices'?: string | number;
  readonly '@bufferLength'?: string | number;
  readonly '@serverName'?: string;
  readonly '@clientName'?: string;
  readonly '@connectPorts'?: string;
  readonly '@exactName'?: 'yes' | 'no';
  readonly settings?: NoneAudioInputSettingsElement;
}

/** `/domain/devices/audio/output`, the schema's define `audio`. */
interface JackAudioOutputElement {
  readonly '@mixingEngine'?: 'yes' | 'no';
  readonly '@fixedSettings'?: 'yes' | 'no';
  readonly '@voices'?: string | number;
  readonly '@bufferLength'?: string | number;
  readonly '@serverName'?: string;
  readonly '@clientName'?: string;
  readonly '@connectPorts'?: string;
  readonly '@exactName'?: 'yes' | 'no';
  readonly settings?: NoneAudioInputSettingsElement;
}

/** `/domain/devices/audio/input`, the schema's define `audio`. */
interface OssAudioInputElement {
  readonly '@mixingEngine'?: 'yes' | 'no';
  readonly '@fixedSettings'?: 'yes' | 'no';
  readonly '@voices'?: string | number;
  readonly '@bufferLength'?: string | number;
  readonly '@dev'?: string;
  readonly '@bufferCount'?: string | number;
  readonly '@tryPoll'?: 'yes' | 'no';
  readonly settings?: NoneAudioInputSettingsElement;
}

/** `/domain/devices/audio/output`, the schema's define `audio`. */
interface OssAudioOutputElement {
  readonly '@mixingEngine'?: 'yes' | 'no';
  readonly '@fixedSettings'?: 'yes' | 'no';
  readonly '@voices'?: string | number;
  readonly '@bufferLength'?: string | number;
  readonly '@dev'?: string;
  readonly '@bufferCount'?: string | number;
  readonly '@tryPoll'?: 'yes' | 'no';
  readonly settings?: NoneAudioInputSettingsElement;
}

/** `/domain/devices/audio/input`, the schema's define `audio`. */
interface PipewireAudioInputElement {
  readonly '@mixingEngine'?: 'yes' | 'no';
  readonly '@fixedSettings'?: 'yes' | 'no';
  readonly '@voices'?: string | number;
  readonly '@bufferLength'?: string | number;
  readonly '@name'?: string;
  readonly '@streamName'?: string;
  readonly '@latency'?: string | number;
  readonly settings?: NoneAudioInputSettingsElement;
}

/** `/domain/devices/audio/output`, the schema's define `audio`. */
interface PipewireAudioOutputElement {
  readonly '@mixingEngine'?: 'yes' | 'no';
  readonly '@fixedSettings'?: 'yes' | 'no';
  readonly '@voices'?: string | number;
  readonly '@bufferLength'?: string | number;
  readonly '@name'?: string;
  readonly '@streamName'?: string;
  readonly '@latency'?: string | number;
  readonly settings?: NoneAudioInputSettingsElement;
}

/** `/domain/devices/audio/input`, the schema's define `audio`. */
interface PulseaudioAudioInputElement {
  readonly '@mixingEngine'?: 'yes' | 'no';
  readonly '@fixedSettings'?: 'yes' | 'no';
  readonly '@voices'?: string | number;
  readonly '@bufferLength'?: string | number;
  readonly '@name'?: string;
  readonly '@streamName'?: string;
  readonly '@latency'?: string | number;
  readonly settings?: NoneAudioInputSettingsElement;
}

/** `/domain/devices/audio/output`, the schema's define `audio`. */
interface PulseaudioAudioOutputElement {
  readonly '@mixingEngine'?: 'yes' | 'no';
  readonly '@fixedSettings'?: 'yes' | 'no';
  readonly '@voices'?: string | number;
  readonly '@bufferLength'?: string | number;
  readonly '@name'?: string;
  readonly '@streamName'?: string;
  readonly '@latency'?: string | number;
  readonly settings?: NoneAudioInputSettingsElement;
}

/** `/domain/devices/audio/input`, the schema's define `audio`. */
interface SdlAudioInputElement {
  readonly '@mixingEngine'?: 'yes' | 'no';
  readonly '@fixedSettings'?: 'yes' | 'no';
  readonly '@voices'?: string | number;
  readonly '@bufferLength'?: string | number;
  readonly '@bufferCount'?: string | number;
  readonly settings?: NoneAudioInputSettingsElement;
}

/** `/domain/devices/audio/output`, the schema's define `audio`. */
interface SdlAudioOutputElement {
  readonly '@mixingEngine'?: 'yes' | 'no';
  readonly '@fixedSettings'?: 'yes' | 'no';
  readonly '@voices'?: string | number;
  readonly '@bufferLength'?: string | number;
  readonly '@bufferCount'?: string | number;
  readonly settings?: NoneAudioInputSettingsElement;
}

/** `/domain/devices/audio/input`, the schema's define `audio`. */
interface SpiceAudioInputElement {
  readonly '@mixingEngine'?: 'yes' | 'no';
  readonly '@fixedSettings'?: 'yes' | 'no';
  readonly '@voices'?: string | number;
  readonly '@bufferLength'?: string | number;
  readonly settings?: NoneAudioInputSettingsElement;
}

/** `/domain/devices/audio/output`, the schema's define `audio`. */
interface SpiceAudioOutputElement {
  readonly '@mixingEngine'?: 'yes' | 'no';
  readonly '@fixedSettings'?: 'yes' | 'no';
  readonly '@voices'?: string | number;
  readonly '@bufferLength'?: string | number;
  readonly settings?: NoneAudioInputSettingsElement;
}

/** `/domain/devices/audio/input`, the schema's define `audio`. */
interface FileAudioInputElement {
  readonly '@mixingEngine'?: 'yes' | 'no';
  readonly '@fixedSettings'?: 'yes' | 'no';
  readonly '@voices'?: string | number;
  readonly '@bufferLength'?: string | number;
  readonly settings?: NoneAudioInputSettingsElement;
}

/** `/domain/devices/audio/output`, the schema's define `audio`. */
interface FileAudioOutputElement {
  readonly '@mixingEngine'?: 'yes' | 'no';
  readonly '@fixedSettings'?: 'yes' | 'no';
  readonly '@voices'?: string | number;
  readonly '@bufferLength'?: string | number;
  readonly settings?: NoneAudioInputSettingsElement;
}

/** `/domain/devices/hostdev/driver`, the schema's define `hostdevDriver`. */
interface HostdevDriverElement {
  readonly '@name'?: 'kvm' | 'vfio' | 'xen';
  readonly '@model'?: string;
}

/** `/domain/devices/hostdev/source`, the schema's define `hostdevsubsyspci`. */
interface PciHostdevSourceElement {
  readonly '@startupPolicy'?: 'mandatory' | 'requisite' | 'optional';
  readonly '@writeFiltering'?: 'yes' | 'no';
  readonly address: PciHostdevSourceAddressElement;
}

/** `/domain/devices/hostdev/source`, the schema's define `hostdevsubsysusb`. */
interface UsbHostdevSourceElement {
  readonly '@startupPolicy'?: 'mandatory' | 'requisite' | 'optional';
  readonly '@guestReset'?: 'off' | 'uninitialized' | 'on';
  readonly vendor?: HostdevInterfaceSourceVendorElement;
  readonly product?: HostdevInterfaceSourceProductElement;
  readonly address?: UsbHostdevSourceAddressElement;
}

/** `<source protocol='adapter'>` */
interface AdapterScsiHostdevSourceElement {
  readonly '@protocol'?: 'adapter';
  readonly adapter: ScsiHostdevSourceAdapterElement;
  readonly address: ScsiHostdevSourceAddressElement;
}

/** `<source protocol='iscsi'>` */
interface IscsiScsiHostdevSourceElement {
  readonly '@protocol': 'iscsi';
  readonly '@name': string;
  readonly host: readonly ScsiHostdevSourceHostElement[];
  readonly auth?: DiskAuthElement;
  readonly initiator?: NetworkDiskSourceInitiatorElement;
}

/** `/domain/devices/hostdev/source`, the schema's define `hostdevsubsysscsi`. */
type ScsiHostdevSourceElement =
  | AdapterScsiHostdevSourceElement
  | IscsiScsiHostdevSourceElement;

/** `/domain/devices/hostdev/source`, the schema's define `hostdevsubsyshost`. */
interface ScsiHostHostdevSourceElement {
  readonly '@protocol': 'vhost';
  readonly '@wwpn': string;
}

/** `/domain/devices/hostdev/source`, the schema's define `hostdevsubsysmdev`. */
interface MdevHostdevSourceElement {
  readonly address: MdevHostdevSourceAddressElement;
}

/** `/domain/devices/hostdev/source`, the schema's define `hostdevcapsstorage`. */
interface StorageHostdevSourceElement {
  readonly block: string;
}

/** `/domain/devices/hostdev/source`, the schema's define `hostdevcapsmisc`. */
interface MiscHostdevSourceElement {
  readonly char: string;
}

/** `/domain/devices/hostdev/source`, the schema's define `hostdevcapsnet`. */
interface NetHostdevSourceElement {
  readonly interface: string;
}

/** `/domain/devices/graphics/gl`, the schema's define `graphic`. */
interface SdlGraphicsGlElement {
  readonly '@enable': 'yes' | 'no';
}

/** `/domain/devices/graphics/audio`, the schema's define `graphic`. */
interface VncGraphicsAudioElement {
  readonly '@id': string | number;
}

/** `<listen type='address'>` */
interface AddressGraphicsListenElement {
  readonly '@type': 'address';
  readonly '@address'?: string;
}

/** `<listen type='network'>` */
interface NetworkGraphicsListenElement {
  readonly '@type': 'network';
  readonly '@network': string;
  readonly '@address'?: string;
}

/** `<listen type='socket'>` */
interface SocketGraphicsListenElement {
  readonly '@type': 'socket';
  readonly '@socket'?: string;
}

/** `<listen type='none'>` */
interface NoneGraphicsListenElement {
  readonly '@type': 'none';
}

/** `/domain/devices/graphics/listen`, the schema's define `listenElements`. */
type GraphicsListenElement =
  | AddressGraphicsListenElement
  | NetworkGraphicsListenElement
  | SocketGraphicsListenElement
  | NoneGraphicsListenElement;

/** `/domain/devices/graphics/channel`, the schema's define `graphic`. */
interface GraphicsChannelElement {
  readonly '@name': 'main' | 'display' | 'inputs' | 'cursor' | 'playback' | 'record' | 'smartcard' | 'usbredir';
  readonly '@mode': 'any' | 'secure' | 'insecure';
}

/** `/domain/devices/graphics/image`, the schema's define `graphic`. */
interface GraphicsImageElement {
  readonly '@compression': 'auto_glz' | 'auto_lz' | 'quic' | 'glz' | 'lz' | 'off';
}

/** `/domain/devices/graphics/jpeg`, the schema's define `graphic`. */
interface GraphicsJpegElement {
  readonly '@compression': 'auto' | 'never' | 'always';
}

/** `/domain/devices/graphics/zlib`, the schema's define `graphic`. */
interface GraphicsZlibElement {
  readonly '@compression': 'auto' | 'never' | 'always';
}

/** `/domain/devices/graphics/playback`, the schema's define `graphic`. */
interface GraphicsPlaybackElement {
  readonly '@compression': 'on' | 'off';
}

/** `/domain/devices/graphics/streaming`, the schema's define `graphic`. */
interface GraphicsStreamingElement {
  readonly '@mode': 'filter' | 'all' | 'off';
}

/** `/domain/devices/graphics/clipboard`, the schema's define `clipboard`. */
interface GraphicsClipboardElement {
  readonly '@copypaste': 'yes' | 'no';
}

/** `/domain/devices/graphics/mouse`, the schema's define `mousemode`. */
interface GraphicsMouseElement {
  readonly '@mode': 'server' | 'client';
}

/** `/domain/devices/graphics/filetransfer`, the schema's define `graphic`. */
interface GraphicsFiletransferElement {
  readonly '@enable': 'yes' | 'no';
}

/** `/domain/devices/graphics/gl`, the schema's define `graphic`. */
interface SpiceGraphicsGlElement {
  readonly '@enable': 'yes' | 'no';
  readonly '@rendernode'?: string;
}

/** `/domain/devices/graphics/gl`, the schema's define `graphic`. */
interface DbusGraphicsGlElement {
  readonly '@enable': 'yes' | 'no';
  readonly '@rendernode'?: string;
}

/** `/domain/devices/graphics/audio`, the schema's define `graphic`. */
interface DbusGraphicsAudioElement {
  readonly '@id': string | number;
}

/** `/domain/devices/graphics/gl`, the schema's define `graphic`. */
interface EglHeadlessGraphicsGlElement {
  readonly '@rendernode'?: string;
}

/** `/domain/devices/video/driver`, the schema's define `video`. */
interface VideoDriverElement {
  readonly '@iommu'?: 'on' | 'off';
  readonly '@ats'?: 'on' | 'off';
  readonly '@packed'?: 'on' | 'off';
  readonly '@page_per_vq'?: 'on' | 'off';
  readonly '@name'?: 'qemu' | 'vhostuser';
  readonly '@vgaconf'?: 'io' | 'on' | 'off';
}

interface AnyVideoModelElement {
  readonly '@vram'?: WholeNumber;
  readonly '@heads'?: WholeNumber;
  readonly '@primary'?: 'yes' | 'no';
  readonly '@blob'?: 'on' | 'off';
  readonly acceleration?: VideoModelAccelerationElement;
  readonly resolution?: VideoModelResolutionElement;
}

/** `<model type='vga|cirrus|vmvga|xen|vbox|virtio|gop|none|bochs|ramfb'>` */
interface OtherVideoModelElement extends AnyVideoModelElement {
  readonly '@type': 'vga' | 'cirrus' | 'vmvga' | 'xen' | 'vbox' | 'virtio' | 'gop' | 'none' | 'bochs' | 'ramfb';
}

/** `<model type='qxl'>` */
interface QxlVideoModelElement extends AnyVideoModelElement {
  readonly '@type': 'qxl';
  readonly '@ram'?: WholeNumber;
  readonly '@vgamem'?: WholeNumber;
  readonly '@vram64'?: WholeNumber;
}

/** `/domain/devices/video/model`, the schema's define `video`. */
type VideoModelElement =
  | OtherVideoModelElement
  | QxlVideoModelElement;

/** `/domain/devices/console/source`, the schema's define `qemucdevSrcDef`. */
interface ConsoleSourceElement {
  readonly '@mode'?: string;
  readonly '@path'?: string;
  readonly '@host'?: string;
  readonly '@service'?: string;
  readonly '@channel'?: string;
  readonly '@master'?: string;
  readonly '@slave'?: string;
  readonly '@append'?: 'on' | 'off';
  readonly '@tls'?: 'yes' | 'no';
  readonly reconnect?: NetworkDiskSourceReconnectElement;
  readonly seclabel?: readonly FileDiskSourceSeclabelElement[];
  readonly clipboard?: GraphicsClipboardElement;
  readonly mouse?: GraphicsMouseElement;
}

/** `/domain/devices/console/protocol`, the schema's define `qemucdevSrcDef`. */
interface ConsoleProtocolElement {
  readonly '@type'?: 'raw' | 'telnet' | 'telnets' | 'tls';
}

/** `/domain/devices/console/log`, the schema's define `qemucdevSrcDef`. */
interface ConsoleLogElement {
  readonly '@file': string;
  readonly '@append'?: 'on' | 'off';
}

/** `/domain/devices/console/target`, the schema's define `qemucdevTgtDef`. */
interface ConsoleTargetElement {
  readonly '@type'?: 'xen' | 'serial' | 'uml' | 'virtio' | 'lxc' | 'openvz' | 'sclp' | 'sclplm' | 'isa-serial' | 'usb-serial' | 'pci-serial' | 'spapr-vio-serial' | 'system-serial' | 'sclp-serial' | 'isa-debug';
  readonly '@port'?: XmlText;
  readonly model?: ConsoleTargetModelElement;
}

/** `<target type='guestfwd'>` */
interface GuestfwdChannelTargetElement {
  readonly '@type': 'guestfwd';
  readonly '@address': string;
  readonly '@port': XmlText;
}

/** `<target type='virtio'>` */
interface VirtioChannelTargetElement {
  readonly '@type': 'virtio';
  readonly '@name'?: string;
  readonly '@state'?: 'connected' | 'disconnected';
}

/** `<target type='xen'>` */
interface XenChannelTargetElement {
  readonly '@type': 'xen';
  readonly '@name'?: string;
}

/** `/domain/devices/channel/target`, the schema's define `guestfwdTarget, virtioTarget, xenTarget`. */
type ChannelTargetElement =
  | GuestfwdChannelTargetElement
  | VirtioChannelTargetElement
  | XenChannelTargetElement;

/** `/domain/devices/redirfilter/usbdev`, the schema's define `usbdevfilter`. */
interface RedirfilterUsbdevElement {
  readonly '@allow': 'yes' | 'no';
  readonly '@class'?: string | number;
  readonly '@vendor'?: string | number;
  readonly '@product'?: string | number;
  readonly '@version'?: string;
}

/** `<backend model='random'>` */
interface RandomRngBackendElement {
  readonly '@model': 'random';
  readonly '#'?: string;
}

/** `<backend model='egd'>` */
interface EgdRngBackendElement {
  readonly '@model': 'egd';
  readonly '@type': 'dev' | 'file' | 'pipe' | 'unix' | 'tcp' | 'udp' | 'null' | 'stdio' | 'vc' | 'pty' | 'spicevmc' | 'spiceport' | 'nmdm' | 'qemu-vdagent' | 'dbus';
  readonly source?: ConsoleSourceElement | readonly ConsoleSourceElement[];
  readonly protocol?: ConsoleProtocolElement;
  readonly log?: ConsoleLogElement;
}

/** `<backend model='builtin'>` */
interface BuiltinRngBackendElement {
  readonly '@model': 'builtin';
}

/** `/domain/devices/rng/backend`, the schema's define `rng-backend`. */
type RngBackendElement =
  | RandomRngBackendElement
  | EgdRngBackendElement
  | BuiltinRngBackendElement;

/** `/domain/devices/rng/driver`, the schema's define `rng`. */
interface RngDriverElement {
  readonly '@iommu'?: 'on' | 'off';
  readonly '@ats'?: 'on' | 'off';
  readonly '@packed'?: 'on' | 'off';
  readonly '@page_per_vq'?: 'on' | 'off';
}

/** `/domain/devices/rng/rate`, the schema's define `rng-rate`. */
interface RngRateElement {
  readonly '@bytes': WholeNumber;
  readonly '@period'?: WholeNumber;
}

interface AnyTpmBackendElement {
  readonly '@version'?: '1.2' | '2.0';
}

/** `<backend type='passthrough'>` */
interface PassthroughTpmBackendElement extends AnyTpmBackendElement {
  readonly '@type': 'passthrough';
  readonly device?: TpmBackendDeviceElement;
}

/** `<backend type='emulator'>` */
interface EmulatorTpmBackendElement extends AnyTpmBackendElement {
  readonly '@type': 'emulator';
  readonly '@persistent_state'?: 'yes' | 'no';
  readonly '@debug'?: string | number;
  readonly encryption?: TpmBackendEncryptionElement;
  readonly active_pcr_banks?: TpmBackendActivePcrBanksElement;
  readonly source?: EmulatorTpmBackendSourceElement;
  readonly profile?: TpmBackendProfileElement;
}

/** `<backend type='external'>` */
interface ExternalTpmBackendElement extends AnyTpmBackendElement {
  readonly '@type': 'external';
  readonly source?: ExternalTpmBackendSourceElement;
}

/** `/domain/devices/tpm/backend`, the schema's define `tpm-backend`. */
type TpmBackendElement =
  | PassthroughTpmBackendElement
  | EmulatorTpmBackendElement
  | ExternalTpmBackendElement;

/** `/domain/devices/shmem/model`, the schema's define `shmem`. */
interface ShmemModelElement {
  readonly '@type': 'ivshmem' | 'ivshmem-plain' | 'ivshmem-doorbell';
}

/** `/domain/devices/shmem/size`, the schema's define `shmem`. */
interface ShmemSizeElement {
  readonly '@unit'?: string;
  readonly '#': WholeNumber;
}

/** `/domain/devices/shmem/server`, the schema's define `shmem`. */
interface ShmemServerElement {
  readonly '@path'?: string;
}

/** `/domain/devices/shmem/msi`, the schema's define `shmem`. */
interface ShmemMsiElement {
  readonly '@ioeventfd'?: 'on' | 'off';
  readonly '@vectors'?: WholeNumber;
}

/** `/domain/devices/memory/source`, the schema's define `memorydev-source`. */
interface DevicesMemorySourceElement {
  readonly pagesize?: WholeNumber | DevicesMemorySourcePagesizeElement;
  readonly nodemask?: string | number;
  readonly path?: string;
  readonly alignsize?: WholeNumber | DevicesMemorySourceAlignsizeElement;
  readonly pmem?: EmptyElement;
}

/** `/domain/devices/memory/target`, the schema's define `memorydev-target`. */
interface DevicesMemoryTargetElement {
  readonly '@dynamicMemslots'?: 'yes' | 'no';
  readonly size: WholeNumber | DevicesMemoryTargetSizeElement;
  readonly node?: WholeNumber;
  readonly block?: WholeNumber | DevicesMemoryTargetBlockElement;
  readonly requested?: WholeNumber | DevicesMemoryTargetRequestedElement;
  readonly current?: WholeNumber | DevicesMemoryTargetCurrentElement;
  readonly label?: DevicesMemoryTargetLabelElement;
  readonly readonly?: EmptyElement;
  readonly address?: DevicesMemoryTargetAddressElement;
}

/** `/domain/devices/crypto/backend`, the schema's define `crypto-backend`. */
interface CryptoBackendElement {
  readonly '@model': 'builtin' | 'lkcf';
  readonly '@queues'?: WholeNumber;
}

/** `/domain/devices/crypto/driver`, the schema's define `crypto`. */
interface CryptoDriverElement {
  readonly '@iommu'?: 'on' | 'off';
  readonly '@ats'?: 'on' | 'off';
  readonly '@packed'?: 'on' | 'off';
  readonly '@page_per_vq'?: 'on' | 'off';
}

/** `/domain/devices/memballoon/stats`, the schema's define `memballoon`. */
interface MemballoonStatsElement {
  readonly '@period': WholeNumber;
}

/** `/domain/devices/memballoon/driver`, the schema's define `memballoon`. */
interface MemballoonDriverElement {
  readonly '@iommu'?: 'on' | 'off';
  readonly '@ats'?: 'on' | 'off';
  readonly '@packed'?: 'on' | 'off';
  readonly '@page_per_vq'?: 'on' | 'off';
}

/** `/domain/devices/iommu/driver`, the schema's define `iommu`. */
interface IommuDriverElement {
  readonly '@intremap'?: 'on' | 'off';
  readonly '@caching_mode'?: 'on' | 'off';
  readonly '@eim'?: 'on' | 'off';
  readonly '@iotlb'?: 'on' | 'off';
  readonly '@aw_bits'?: string | number;
  readonly '@dma_translation'?: 'on' | 'off';
}

/** `/domain/devices/vsock/cid`, the schema's define `vsock`. */
interface VsockCidElement {
  readonly '@auto'?: 'yes' | 'no';
  readonly '@address'?: WholeNumber;
}

/** `/domain/devices/vsock/driver`, the schema's define `vsock`. */
interface VsockDriverElement {
  readonly '@iommu'?: 'on' | 'off';
  readonly '@ats'?: 'on' | 'off';
  readonly '@packed'?: 'on' | 'off';
  readonly '@page_per_vq'?: 'on' | 'off';
}

/** `/domain/devices/pstore/size`, the schema's define `pstore`. */
interface PstoreSizeElement {
  readonly '@unit'?: string;
  readonly '#': WholeNumber;
}

/** `/domain/devices/disk/source/slices`, the schema's define `diskSourceCommon`. */
interface FileDiskSourceSlicesElement {
  readonly slice: FileDiskSourceSlicesSliceElement;
}

interface AnyFileDiskSourceDataStoreElement {
  readonly format: DiskMirrorFormatElement;
}

/** `<dataStore type='file'>` */
interface FileFileDiskSourceDataStoreElement extends AnyFileDiskSourceDataStoreElement {
  readonly '@type'?: 'file';
  readonly source?: FileDiskSourceElement;
}

/** `<dataStore type='block'>` */
interface BlockFileDiskSourceDataStoreElement extends AnyFileDiskSourceDataStoreElement {
  readonly '@type': 'block';
  readonly source?: BlockDiskSourceElement;
}

/** `<dataStore type='dir'>` */
interface DirFileDiskSourceDataStoreElement extends AnyFileDiskSourceDataStoreElement {
  readonly '@type': 'dir';
  readonly source?: DirDiskSourceElement;
}

/** `<dataStore type='network'>` */
interface NetworkFileDiskSourceDataStoreElement extends AnyFileDiskSourceDataStoreElement {
  readonly '@type': 'network';
  readonly source: NetworkDiskSourceElement;
}

/** `<dataStore type='volume'>` */
interface VolumeFileDiskSourceDataStoreElement extends AnyFileDiskSourceDataStoreElement {
  readonly '@type': 'volume';
  readonly source?: VolumeDiskSourceElement;
}

/** `<dataStore type='nvme'>` */
interface NvmeFileDiskSourceDataStoreElement extends AnyFileDiskSourceDataStoreElement {
  readonly '@type': 'nvme';
  readonly source?: NvmeDiskSourceElement;
}

/** `<dataStore type='vhostuser'>` */
interface VhostuserFileDiskSourceDataStoreElement extends AnyFileDiskSourceDataStoreElement {
  readonly '@type': 'vhostuser';
  readonly source: VhostuserDiskSourceElement;
}

/** `<dataStore type='vhostvdpa'>` */
interface VhostvdpaFileDiskSourceDataStoreElement extends AnyFileDiskSourceDataStoreElement {
  readonly '@type': 'vhostvdpa';
  readonly source: VhostvdpaDiskSourceElement;
}

/** `/domain/devices/disk/source/dataStore`, the schema's define `diskSourceCommon`. */
type FileDiskSourceDataStoreElement =
  | FileFileDiskSourceDataStoreElement
  | BlockFileDiskSourceDataStoreElement
  | DirFileDiskSourceDataStoreElement
  | NetworkFileDiskSourceDataStoreElement
  | VolumeFileDiskSourceDataStoreElement
  | NvmeFileDiskSourceDataStoreElement
  | VhostuserFileDiskSourceDataStoreElement
  | VhostvdpaFileDiskSourceDataStoreElement;

interface AnyFileDiskSourceSeclabelElement {
  readonly '@model'?: string;
}

/** `<seclabel relabel='no'>` */
interface NoFileDiskSourceSeclabelElement extends AnyFileDiskSourceSeclabelElement {
  readonly '@relabel': 'no';
}

/** `<seclabel relabel='yes'>` */
interface YesFileDiskSourceSeclabelElement extends AnyFileDiskSourceSeclabelElement {
  readonly '@relabel': 'yes';
  readonly label: readonly string[];
}

/** `<seclabel relabel=''>` */
interface PlainFileDiskSourceSeclabelElement extends AnyFileDiskSourceSeclabelElement {
  readonly '@relabel'?: never;
  readonly '@labelskip'?: 'yes';
  readonly label?: readonly string[];
}

/** `/domain/devices/disk/source/seclabel`, the schema's define `devSeclabel`. */
type FileDiskSourceSeclabelElement =
  | NoFileDiskSourceSeclabelElement
  | YesFileDiskSourceSeclabelElement
  | PlainFileDiskSourceSeclabelElement;

/** `/domain/devices/disk/driver/metadata_cache`, the schema's define `diskDriver`. */
interface DiskDriverMetadataCacheElement {
  readonly max_size?: WholeNumber | DiskDriverMetadataCacheMaxSizeElement;
}

/** `/domain/devices/disk/driver/iothreads`, the schema's define `iothreadMapping`. */
interface DiskDriverIothreadsElement {
  readonly iothread: readonly DiskDriverIothreadsIothreadElement[];
}

/** `/domain/devices/disk/mirror/format`, the schema's define `diskFormat`. */
interface DiskMirrorFormatElement {
  readonly '@type': 'raw' | 'dir' | 'bochs' | 'cloop' | 'dmg' | 'iso' | 'vpc' | 'vdi' | 'fat' | 'vhd' | 'ploop' | 'luks' | 'cow' | 'qcow' | 'qcow2' | 'qed' | 'vmdk';
  readonly metadata_cache?: DiskMirrorFormatMetadataCacheElement;
}

/** `/domain/devices/disk/auth/secret`, the schema's define `diskAuthSecret`. */
interface DiskAuthSecretElement {
  readonly '@type': 'ceph' | 'iscsi';
  readonly '@uuid'?: string;
  readonly '@usage'?: string;
}

/** `/domain/devices/disk/encryption/secret`, the schema's define `secret`. */
interface DiskEncryptionSecretElement {
  readonly '@type': 'passphrase';
  readonly '@uuid'?: string;
  readonly '@usage'?: string;
}

/** `/domain/devices/disk/encryption/cipher`, the schema's define `encryption`. */
interface DiskEncryptionCipherElement {
  readonly '@name': string;
  readonly '@size': WholeNumber;
  readonly '@mode'?: string;
  readonly '@hash'?: string;
}

/** `/domain/devices/disk/encryption/ivgen`, the schema's define `encryption`. */
interface DiskEncryptionIvgenElement {
  readonly '@name': string;
  readonly '@hash'?: string;
}

/** `/domain/devices/disk/throttlefilters/throttlefilter`, the schema's define `throttlefilters`. */
interface DiskThrottlefiltersThrottlefilterElement {
  readonly '@group': string;
}

/** `/domain/devices/disk/address/zpci`, the schema's define `zpciaddress`. */
interface DiskAddressZpciElement {
  readonly '@uid'?: string | number;
  readonly '@fid'?: string | number;
}

/** `/domain/devices/disk/source/reservations`, the schema's define `reservations`. */
interface BlockDiskSourceReservationsElement {
  readonly '@managed'?: 'yes' | 'no';
  readonly source?: BlockDiskSourceReservationsSourceElement;
}

/** `<host transport='tcp|rdma'>` */
interface TcpOrRdmaNetworkDiskSourceHostElement {
  readonly '@transport'?: 'tcp' | 'rdma';
  readonly '@name': string;
  readonly '@port'?: WholeNumber;
}

/** `<host transport='unix'>` */
interface UnixNetworkDiskSourceHostElement {
  readonly '@transport': 'unix';
  readonly '@socket': string;
}

/** `/domain/devices/disk/source/host`, the schema's define `diskSourceNetworkHost`. */
type NetworkDiskSourceHostElement =
  | TcpOrRdmaNetworkDiskSourceHostElement
  | UnixNetworkDiskSourceHostElement;

/** `/domain/devices/disk/source/reconnect`, the schema's define `reconnect`. */
interface NetworkDiskSourceReconnectElement {
  readonly '@enabled'?: 'yes' | 'no';
  readonly '@timeout'?: WholeNumber;
  readonly '@delay'?: WholeNumber;
}

/** `/domain/devices/disk/source/snapshot`, the schema's define `diskSourceNetworkProtocolRBD`. */
interface NetworkDiskSourceSnapshotElement {
  readonly '@name': string;
}

/** `/domain/devices/disk/source/config`, the schema's define `diskSourceNetworkProtocolRBD`. */
interface NetworkDiskSourceConfigElement {
  readonly '@file': string;
}

/** `/domain/devices/disk/source/initiator`, the schema's define `initiatorinfo`. */
interface NetworkDiskSourceInitiatorElement {
  readonly iqn: NetworkDiskSourceInitiatorIqnElement;
}

/** `/domain/devices/disk/source/cookies`, the schema's define `diskSourceNetworkProtocolHTTPCookies`. */
interface NetworkDiskSourceCookiesElement {
  readonly cookie: readonly NetworkDiskSourceCookiesCookieElement[];
}

/** `/domain/devices/disk/source/readahead`, the schema's define `diskSourceNetworkProtocolPropsCommon`. */
interface NetworkDiskSourceReadaheadElement {
  readonly '@size': WholeNumber;
}

/** `/domain/devices/disk/source/timeout`, the schema's define `diskSourceNetworkProtocolPropsCommon`. */
interface NetworkDiskSourceTimeoutElement {
  readonly '@seconds': WholeNumber;
}

/** `/domain/devices/disk/source/ssl`, the schema's define `diskSourceNetworkProtocolSSLVerify`. */
interface NetworkDiskSourceSslElement {
  readonly '@verify': 'yes' | 'no';
}

/** `/domain/devices/disk/source/knownHosts`, the schema's define `diskSourceNetworkProtocolSSHHostVerify`. */
interface NetworkDiskSourceKnownHostsElement {
  readonly '@path': string;
}

/** `/domain/devices/disk/source/identity`, the schema's define `diskSourceNetworkProtocolSSHKeyDef`. */
interface SshNetworkDiskSourceIdentityElement {
  readonly '@username': string;
  readonly '@keyfile'?: string;
  readonly '@agentsock'?: string;
}

/** `/domain/devices/disk/source/identity`, the schema's define `diskSourceNetworkNFS`. */
interface NfsNetworkDiskSourceIdentityElement {
  readonly '@user'?: string;
  readonly '@group'?: string;
}

/** `/domain/devices/disk/source/address`, the schema's define `diskSourceNvme`. */
interface NvmeDiskSourceAddressElement {
  readonly '@domain'?: string | number;
  readonly '@bus'?: string | number;
  readonly '@slot'?: string | number;
  readonly '@function'?: string | number;
  readonly '@multifunction'?: 'on' | 'off';
}

/** `/domain/devices/filesystem/binary/cache`, the schema's define `fsBinary`. */
interface FilesystemBinaryCacheElement {
  readonly '@mode'?: 'none' | 'always';
}

/** `/domain/devices/filesystem/binary/sandbox`, the schema's define `fsBinary`. */
interface FilesystemBinarySandboxElement {
  readonly '@mode'?: 'namespace' | 'chroot';
}

/** `/domain/devices/filesystem/binary/lock`, the schema's define `fsBinary`. */
interface FilesystemBinaryLockElement {
  readonly '@posix'?: 'on' | 'off';
  readonly '@flock'?: 'on' | 'off';
}

/** `/domain/devices/filesystem/binary/thread_pool`, the schema's define `fsBinary`. */
interface FilesystemBinaryThreadPoolElement {
  readonly '@size'?: WholeNumber;
}

/** `/domain/devices/filesystem/binary/openfiles`, the schema's define `fsBinary`. */
interface FilesystemBinaryOpenfilesElement {
  readonly '@max'?: WholeNumber;
}

/** `/domain/devices/interface/virtualport/parameters`, the schema's define `virtualPortProfile`. */
interface InterfaceVirtualport8021QbgParametersElement {
  readonly '@managerid'?: string | number;
  readonly '@typeid'?: string | number;
  readonly '@typeidversion'?: string | number;
  readonly '@instanceid'?: string;
}

/** `/domain/devices/interface/virtualport/parameters`, the schema's define `virtualPortProfile`. */
interface InterfaceVirtualport8021QbhParametersElement {
  readonly '@profileid'?: string;
}

/** `/domain/devices/interface/virtualport/parameters`, the schema's define `virtualPortProfile`. */
interface OpenvswitchInterfaceVirtualportParametersElement {
  readonly '@profileid'?: string;
  readonly '@interfaceid'?: string;
}

/** `/domain/devices/interface/virtualport/parameters`, the schema's define `virtualPortProfile`. */
interface MidonetInterfaceVirtualportParametersElement {
  readonly '@interfaceid': string;
}

/** `/domain/devices/interface/virtualport/parameters`, the schema's define `virtualPortProfile`. */
interface PlainInterfaceVirtualportParametersElement {
  readonly '@managerid'?: string | number;
  readonly '@typeid'?: string | number;
  readonly '@typeidversion'?: string | number;
  readonly '@instanceid'?: string;
  readonly '@profileid'?: string;
  readonly '@interfaceid'?: string;
}

/** `/domain/devices/interface/coalesce/rx`, the schema's define `coalesce`. */
interface InterfaceCoalesceRxElement {
  readonly frames?: InterfaceCoalesceRxFramesElement;
}

/** `/domain/devices/interface/portForward/range`, the schema's define `interface-port-forwards`. */
interface InterfacePortForwardRangeElement {
  readonly '@start': WholeNumber;
  readonly '@end'?: WholeNumber;
  readonly '@to'?: WholeNumber;
  readonly '@exclude'?: 'yes' | 'no';
}

/** `/domain/devices/interface/driver/host`, the schema's define `interface-options`. */
interface InterfaceDriverHostElement {
  readonly '@csum'?: 'on' | 'off';
  readonly '@gso'?: 'on' | 'off';
  readonly '@tso4'?: 'on' | 'off';
  readonly '@tso6'?: 'on' | 'off';
  readonly '@ecn'?: 'on' | 'off';
  readonly '@ufo'?: 'on' | 'off';
  readonly '@mrg_rxbuf'?: 'on' | 'off';
}

/** `/domain/devices/interface/driver/guest`, the schema's define `interface-options`. */
interface InterfaceDriverGuestElement {
  readonly '@csum'?: 'on' | 'off';
  readonly '@tso4'?: 'on' | 'off';
  readonly '@tso6'?: 'on' | 'off';
  readonly '@ecn'?: 'on' | 'off';
  readonly '@ufo'?: 'on' | 'off';
}

/** `/domain/devices/interface/filterref/parameter`, the schema's define `filterref-node-attributes`. */
interface InterfaceFilterrefParameterElement {
  readonly '@name': string;
  readonly '@value': string;
}

/** `/domain/devices/interface/bandwidth/inbound`, the schema's define `bandwidth`. */
interface InterfaceBandwidthInboundElement {
  readonly '@average'?: WholeNumber;
  readonly '@peak'?: WholeNumber;
  readonly '@floor'?: WholeNumber;
  readonly '@burst'?: WholeNumber;
}

/** `/domain/devices/interface/bandwidth/outbound`, the schema's define `bandwidth`. */
interface InterfaceBandwidthOutboundElement {
  readonly '@average'?: WholeNumber;
  readonly '@peak'?: WholeNumber;
  readonly '@floor'?: WholeNumber;
  readonly '@burst'?: WholeNumber;
}

/** `/domain/devices/interface/vlan/tag`, the schema's define `vlan`. */
interface InterfaceVlanTagElement {
  readonly '@id': WholeNumber;
  readonly '@nativeMode'?: 'tagged' | 'untagged';
}

/** `/domain/devices/interface/source/local`, the schema's define `interface`. */
interface UdpInterfaceSourceLocalElement {
  readonly '@address': string;
  readonly '@port': WholeNumber;
}

/** `/domain/devices/interface/source/vendor`, the schema's define `usbproduct`. */
interface HostdevInterfaceSourceVendorElement {
  readonly '@id': string | number;
}

/** `/domain/devices/interface/source/product`, the schema's define `usbproduct`. */
interface HostdevInterfaceSourceProductElement {
  readonly '@id': string | number;
}

/** `<address type='pci'>` */
interface PciHostdevInterfaceSourceAddressElement {
  readonly '@type': 'pci';
  readonly '@domain'?: string | number;
  readonly '@bus'?: string | number;
  readonly '@slot'?: string | number;
  readonly '@function'?: string | number;
  readonly '@multifunction'?: 'on' | 'off';
}

/** `<address type='usb'>` */
interface UsbHostdevInterfaceSourceAddressElement {
  readonly '@type'?: 'usb';
  readonly '@bus': string | number;
  readonly '@device': string | number;
}

/** `/domain/devices/interface/source/address`, the schema's define `usbaddress, interface`. */
type HostdevInterfaceSourceAddressElement =
  | PciHostdevInterfaceSourceAddressElement
  | UsbHostdevInterfaceSourceAddressElement;

/** `/domain/devices/audio/input/settings`, the schema's define `audiocommonchild`. */
interface NoneAudioInputSettingsElement {
  readonly '@frequency'?: string | number;
  readonly '@channels'?: string | number;
  readonly '@format'?: 's8' | 'u8' | 's16' | 'u16' | 's32' | 'u32' | 'f32';
}

/** `/domain/devices/hostdev/source/address`, the schema's define `hostdevsubsyspci`. */
interface PciHostdevSourceAddressElement {
  readonly '@domain'?: string | number;
  readonly '@bus'?: string | number;
  readonly '@slot'?: string | number;
  readonly '@function'?: string | number;
  readonly '@multifunction'?: 'on' | 'off';
}

/** `/domain/devices/hostdev/source/address`, the schema's define `usbaddress`. */
interface UsbHostdevSourceAddressElement {
  readonly '@bus': string | number;
  readonly '@device': string | number;
}

/** `<adapter type='scsi_host'>` */
interface ScsiHostScsiHostdevSourceAdapterElement {
  readonly '@type'?: 'scsi_host';
  readonly '@name'?: string;
  readonly parentaddr?: ScsiHostdevSourceAdapterParentaddrElement;
}

/** `<adapter type='fc_host'>` */
interface FcHostScsiHostdevSourceAdapterElement {
  readonly '@type': 'fc_host';
  readonly '@parent'?: string;
  readonly '@managed'?: 'yes' | 'no';
  readonly '@parent_wwnn'?: string;
  readonly '@parent_wwpn'?: string;
  readonly '@parent_fabric_wwn'?: string;
  readonly '@wwnn': string;
  readonly '@wwpn': string;
}

/** `/domain/devices/hostdev/source/adapter`, the schema's define `sourceinfoadapter`. */
type ScsiHostdevSourceAdapterElement =
  | ScsiHostScsiHostdevSourceAdapterElement
  | FcHostScsiHostdevSourceAdapterElement;

/** `/domain/devices/hostdev/source/address`, the schema's define `hostdevsubsysscsi`. */
interface ScsiHostdevSourceAddressElement {
  readonly '@bus': string | number;
  readonly '@target': string | number;
  readonly '@unit': string | number;
}

/** `/domain/devices/hostdev/source/host`, the schema's define `hostdevsubsysscsi`. */
interface ScsiHostdevSourceHostElement {
  readonly '@name': string;
  readonly '@port'?: WholeNumber;
}

/** `/domain/devices/hostdev/source/address`, the schema's define `mdevaddress`. */
interface MdevHostdevSourceAddressElement {
  readonly '@uuid': string;
}

/** `/domain/devices/video/model/acceleration`, the schema's define `video`. */
interface VideoModelAccelerationElement {
  readonly '@accel3d'?: 'yes' | 'no';
  readonly '@accel2d'?: 'yes' | 'no';
  readonly '@rendernode'?: string;
}

/** `/domain/devices/video/model/resolution`, the schema's define `video`. */
interface VideoModelResolutionElement {
  readonly '@x': WholeNumber;
  readonly '@y': WholeNumber;
}

/** `/domain/devices/console/target/model`, the schema's define `qemucdevSerialTgtModel`. */
interface ConsoleTargetModelElement {
  readonly '@name': 'isa-serial' | 'usb-serial' | 'pci-serial' | 'spapr-vty' | 'pl011' | '16550a' | 'sclpconsole' | 'sclplmconsole' | 'isa-debugcon';
}

/** `/domain/devices/tpm/backend/device`, the schema's define `tpm-passthrough-device`. */
interface TpmBackendDeviceElement {
  readonly '@path'?: string;
}

/** `/domain/devices/tpm/backend/encryption`, the schema's define `tpm-backend-emulator-encryption`. */
interface TpmBackendEncryptionElement {
  readonly '@secret': string;
}

/** `/domain/devices/tpm/backend/active_pcr_banks`, the schema's define `tpm-backend-emulator-active-pcr-banks`. */
interface TpmBackendActivePcrBanksElement {
  readonly sha1?: EmptyElement;
  readonly sha256?: EmptyElement;
  readonly sha384?: EmptyElement;
  readonly sha512?: EmptyElement;
}

interface AnyEmulatorTpmBackendSourceElement {
  readonly '@path': string;
}

/** `<source type='file'>` */
interface FileEmulatorTpmBackendSourceElement extends AnyEmulatorTpmBackendSourceElement {
  readonly '@type': 'file';
}

/** `<source type='dir'>` */
interface DirEmulatorTpmBackendSourceElement extends AnyEmulatorTpmBackendSourceElement {
  readonly '@type': 'dir';
}

/** `/domain/devices/tpm/backend/source`, the schema's define `tpm-backend-emulator-source`. */
type EmulatorTpmBackendSourceElement =
  | FileEmulatorTpmBackendSourceElement
  | DirEmulatorTpmBackendSourceElement;

/** `/domain/devices/tpm/backend/profile`, the schema's define `tpm-backend-emulator-profile`. */
interface TpmBackendProfileElement {
  readonly '@source'?: string;
  readonly '@removeDisabled'?: 'check' | 'fips-host';
  readonly '@name'?: string;
}

/** `/domain/devices/tpm/backend/source`, the schema's define `tpm-external-source`. */
interface ExternalTpmBackendSourceElement {
  readonly '@type': 'unix';
  readonly '@path': string;
  readonly '@mode': 'connect';
}

/** `/domain/devices/memory/source/pagesize`, the schema's define `memorydev-source`. */
interface DevicesMemorySourcePagesizeElement {
  readonly '@unit'?: string;
  readonly '#': WholeNumber;
}

/** `/domain/devices/memory/source/alignsize`, the schema's define `memorydev-source`. */
interface DevicesMemorySourceAlignsizeElement {
  readonly '@unit'?: string;
  readonly '#': WholeNumber;
}

/** `/domain/devices/memory/target/size`, the schema's define `memorydev-target`. */
interface DevicesMemoryTargetSizeElement {
  readonly '@unit'?: string;
  readonly '#': WholeNumber;
}

/** `/domain/devices/memory/target/block`, the schema's define `memorydev-target`. */
interface DevicesMemoryTargetBlockElement {
  readonly '@unit'?: string;
  readonly '#': WholeNumber;
}

/** `/domain/devices/memory/target/requested`, the schema's define `memorydev-target`. */
interface DevicesMemoryTargetRequestedElement {
  readonly '@unit'?: string;
  readonly '#': WholeNumber;
}

/** `/domain/devices/memory/target/current`, the schema's define `memorydev-target`. */
interface DevicesMemoryTargetCurrentElement {
  readonly '@unit'?: string;
  readonly '#': WholeNumber;
}

/** `/domain/devices/memory/target/label`, the schema's define `memorydev-target`. */
interface DevicesMemoryTargetLabelElement {
  readonly size: WholeNumber | DevicesMemoryTargetLabelSizeElement;
}

/** `/domain/devices/memory/target/address`, the schema's define `memorydev-target`. */
interface DevicesMemoryTargetAddressElement {
  readonly '@base': string | number;
}

/** `/domain/devices/disk/source/slices/slice`, the schema's define `diskSourceCommon`. */
interface FileDiskSourceSlicesSliceElement {
  readonly '@type': 'storage';
  readonly '@offset': WholeNumber;
  readonly '@size': WholeNumber;
}

/** `/domain/devices/disk/driver/metadata_cache/max_size`, the schema's define `diskDriver`. */
interface DiskDriverMetadataCacheMaxSizeElement {
  readonly '@unit'?: string;
  readonly '#': WholeNumber;
}

/** `/domain/devices/disk/driver/iothreads/iothread`, the schema's define `iothreadMapping`. */
interface DiskDriverIothreadsIothreadElement {
  readonly '@id': WholeNumber;
  readonly queue?: readonly DiskDriverIothreadsIothreadQueueElement[];
}

/** `/domain/devices/disk/mirror/format/metadata_cache`, the schema's define `diskFormat`. */
interface DiskMirrorFormatMetadataCacheElement {
  readonly max_size?: WholeNumber | DiskMirrorFormatMetadataCacheMaxSizeElement;
}

/** `/domain/devices/disk/source/reservations/source`, the schema's define `unixSocketSource`. */
interface BlockDiskSourceReservationsSourceElement {
  readonly '@type': 'unix';
  readonly '@path': string;
  readonly '@mode': 'server' | 'client';
  readonly reconnect?: NetworkDiskSourceReconnectElement;
}

/** `/domain/devices/disk/source/initiator/iqn`, the schema's define `initiatorinfo`. */
interface NetworkDiskSourceInitiatorIqnElement {
  readonly '@name': string;
}

/** `/domain/devices/disk/source/cookies/cookie`, the schema's define `diskSourceNetworkProtocolHTTPCookies`. */
interface NetworkDiskSourceCookiesCookieElement {
  readonly '@name': string;
  readonly '#': string;
}

/** `/domain/devices/interface/coalesce/rx/frames`, the schema's define `coalesce`. */
interface InterfaceCoalesceRxFramesElement {
  readonly '@max'?: WholeNumber;
}

/** `/domain/devices/hostdev/source/adapter/parentaddr`, the schema's define `sourceinfoadapter`. */
interface ScsiHostdevSourceAdapterParentaddrElement {
  readonly '@unique_id'?: WholeNumber;
  readonly address: ScsiHostdevSourceAdapterParentaddrAddressElement;
}

/** `/domain/devices/memory/target/label/size`, the schema's define `memorydev-target`. */
interface DevicesMemoryTargetLabelSizeElement {
  readonly '@unit'?: string;
  readonly '#': WholeNumber;
}

/** `/domain/devices/disk/driver/iothreads/iothread/queue`, the schema's define `iothreadMapping`. */
interface DiskDriverIothreadsIothreadQueueElement {
  readonly '@id': WholeNumber;
}

/** `/domain/devices/disk/mirror/format/metadata_cache/max_size`, the schema's define `diskFormat`. */
interface DiskMirrorFormatMetadataCacheMaxSizeElement {
  readonly '@unit'?: string;
  readonly '#': WholeNumber;
}

/** `/domain/devices/hostdev/source/adapter/parentaddr/address`, the schema's define `sourceinfoadapter`. */
interface ScsiHostdevSourceAdapterParentaddrAddressElement {
  readonly '@domain'?: string | number;
  readonly '@bus'?: string | number;
  readonly '@slot'?: string | number;
  readonly '@function'?: string | number;
  readonly '@multifunction'?: 'on' | 'off';
}

/**
 * `/domain/cpu`, the schema's define `guestcpu`.
 *
 * Source: https://libvirt.org/formatdomain.html#cpu-model-and-topology
 */
export interface CpuElement {
  readonly '@mode'?: 'custom' | 'host-model' | 'host-passthrough' | 'maximum';
  readonly '@match'?: 'minimum' | 'exact' | 'strict';
  readonly '@check'?: 'none' | 'partial' | 'full';
  readonly '@deprecated_features'?: 'on' | 'off';
  readonly '@migratable'?: 'on' | 'off';
  readonly model?: string | CpuModelElement;
  readonly vendor?: string;
  readonly topology?: CpuTopologyElement;
  readonly feature?: readonly CpuFeatureElement[];
  readonly numa?: CpuNumaElement;
  readonly cache?: CpuCacheElement;
  readonly maxphysaddr?: CpuMaxphysaddrElement;
}

/** `<sysinfo type='smbios'>` */
export interface SmbiosSysinfoElement {
  readonly '@type': 'smbios';
  readonly bios?: SysinfoBiosElement;
  readonly system?: SysinfoSystemElement;
  readonly baseBoard?: readonly SysinfoBaseBoardElement[];
  readonly chassis?: SysinfoChassisElement;
  readonly oemStrings?: SysinfoOemStringsElement;
}

/** `<sysinfo type='fwcfg'>` */
export interface FwcfgSysinfoElement {
  readonly '@type': 'fwcfg';
  readonly entry?: readonly SysinfoEntryElement[];
}

/**
 * `/domain/sysinfo`, the schema's define `sysinfo`.
 *
 * Source: https://libvirt.org/formatdomain.html#smbios-system-information
 */
export type SysinfoElement =
  | SmbiosSysinfoElement
  | FwcfgSysinfoElement;

/**
 * `/domain/os`, the schema's define `osxen, oshvm, osexe`.
 *
 * Source: https://libvirt.org/formatdomain.html#operating-system-booting
 */
export interface OsElement {
  readonly '@firmware'?: 'bios' | 'efi';
  readonly type: 'xen' | 'linux' | 'xenpvh' | 'hvm' | 'exe' | OsTypeElement;
  readonly kernel?: string;
  readonly initrd?: string;
  readonly root?: string;
  readonly cmdline?: string;
  readonly shim?: string;
  readonly dtb?: string;
  readonly firmware?: OsFirmwareElement;
  readonly loader?: string | OsLoaderElement;
  readonly nvram?: string | OsNvramElement;
  readonly boot?: readonly OsBootElement[];
  readonly bootmenu?: OsBootmenuElement;
  readonly smbios?: OsSmbiosElement;
  readonly bios?: OsBiosElement;
  readonly acpi?: OsAcpiElement;
  readonly init?: string;
  readonly initarg?: readonly string[];
  readonly initenv?: readonly OsInitenvElement[];
  readonly initdir?: string;
  readonly inituser?: string;
  readonly initgroup?: string;
}

interface AnyClockElement {
  readonly timer?: readonly ClockTimerElement[];
}

/** `<clock offset='localtime|utc'>` */
export interface LocaltimeOrUtcClockElement extends AnyClockElement {
  readonly '@offset': 'localtime' | 'utc';
  readonly '@adjustment'?: string | number;
}

/** `<clock offset='timezone'>` */
export interface TimezoneClockElement extends AnyClockElement {
  readonly '@offset': 'timezone';
  readonly '@timezone'?: string;
}

/** `<clock offset='variable'>` */
export interface VariableClockElement extends AnyClockElement {
  readonly '@offset': 'variable';
  readonly '@adjustment'?: string | number;
  readonly '@basis'?: 'utc' | 'localtime';
}

/** `<clock offset='absolute'>` */
export interface AbsoluteClockElement extends AnyClockElement {
  readonly '@offset': 'absolute';
  readonly '@start': WholeNumber;
}

/**
 * `/domain/clock`, the schema's define `clock`.
 *
 * Source: https://libvirt.org/formatdomain.html#time-keeping
 */
export type ClockElement =
  | LocaltimeOrUtcClockElement
  | TimezoneClockElement
  | VariableClockElement
  | AbsoluteClockElement;

/** `/domain/throttlegroups`, the schema's define `throttlegroups`. */
export interface ThrottlegroupsElement {
  readonly throttlegroup?: readonly ThrottlegroupsThrottlegroupElement[];
}

/**
 * `/domain/memory`, the schema's define `resources`.
 *
 * Source: https://libvirt.org/formatdomain.html#memory-allocation
 */
export interface MemoryElement {
  readonly '@unit'?: string;
  readonly '@dumpCore'?: 'on' | 'off';
  readonly '#': WholeNumber;
}

/** `/domain/maxMemory`, the schema's define `resources`. */
export interface MaxMemoryElement {
  readonly '@unit'?: string;
  readonly '@slots'?: WholeNumber;
  readonly '#': WholeNumber;
}

/** `/domain/currentMemory`, the schema's define `resources`. */
export interface CurrentMemoryElement {
  readonly '@unit'?: string;
  readonly '#': WholeNumber;
}

/**
 * `/domain/memoryBacking`, the schema's define `resources`.
 *
 * Source: https://libvirt.org/formatdomain.html#memory-backing
 */
export interface MemoryBackingElement {
  readonly hugepages?: MemoryBackingHugepagesElement;
  readonly nosharepages?: EmptyElement;
  readonly locked?: EmptyElement;
  readonly source?: MemoryBackingSourceElement;
  readonly access?: MemoryBackingAccessElement;
  readonly allocation?: MemoryBackingAllocationElement;
  readonly discard?: EmptyElement;
}

/**
 * `/domain/vcpu`, the schema's define `resources`.
 *
 * Source: https://libvirt.org/formatdomain.html#cpu-allocation
 */
export interface VcpuElement {
  readonly '@placement'?: 'static' | 'auto';
  readonly '@cpuset'?: string | number;
  readonly '@current'?: WholeNumber;
  readonly '#': WholeNumber;
}

/**
 * `/domain/vcpus`, the schema's define `resources`.
 *
 * Source: https://libvirt.org/formatdomain.html#cpu-allocation
 */
export interface VcpusElement {
  readonly vcpu?: readonly VcpusVcpuElement[];
}

/**
 * `/domain/iothreadids`, the schema's define `resources`.
 *
 * Source: https://libvirt.org/formatdomain.html#iothreads-allocation
 */
export interface IothreadidsElement {
  readonly iothread?: readonly IothreadidsIothreadElement[];
}

/** `/domain/defaultiothread`, the schema's define `resources`. */
export interface DefaultiothreadElement {
  readonly '@thread_pool_min'?: WholeNumber;
  readonly '@thread_pool_max'?: WholeNumber;
}

/**
 * `/domain/blkiotune`, the schema's define `blkiotune`.
 *
 * Source: https://libvirt.org/formatdomain.html#block-i-o-tuning
 */
export interface BlkiotuneElement {
  readonly weight?: WholeNumber;
  readonly device?: readonly BlkiotuneDeviceElement[];
}

/**
 * `/domain/memtune`, the schema's define `memtune`.
 *
 * Source: https://libvirt.org/formatdomain.html#memory-tuning
 */
export interface MemtuneElement {
  readonly hard_limit?: WholeNumber | MemtuneHardLimitElement;
  readonly soft_limit?: WholeNumber | MemtuneSoftLimitElement;
  readonly min_guarantee?: WholeNumber | MemtuneMinGuaranteeElement;
  readonly swap_hard_limit?: WholeNumber | MemtuneSwapHardLimitElement;
}

/**
 * `/domain/cputune`, the schema's define `cputune`.
 *
 * Source: https://libvirt.org/formatdomain.html#cpu-tuning
 */
export interface CputuneElement {
  readonly shares?: WholeNumber;
  readonly global_period?: WholeNumber;
  readonly global_quota?: WholeNumber;
  readonly period?: WholeNumber;
  readonly quota?: WholeNumber;
  readonly emulator_period?: WholeNumber;
  readonly emulator_quota?: WholeNumber;
  readonly iothread_period?: WholeNumber;
  readonly iothread_quota?: WholeNumber;
  readonly vcpupin?: readonly CputuneVcpupinElement[];
  readonly emulatorpin?: CputuneEmulatorpinElement;
  readonly iothreadpin?: readonly CputuneIothreadpinElement[];
  readonly vcpusched?: readonly CputuneVcpuschedElement[];
  readonly iothreadsched?: readonly CputuneIothreadschedElement[];
  readonly emulatorsched?: CputuneEmulatorschedElement;
  readonly cachetune?: readonly CputuneCachetuneElement[];
  readonly memorytune?: readonly CputuneMemorytuneElement[];
}

/**
 * `/domain/numatune`, the schema's define `numatune`.
 *
 * Source: https://libvirt.org/formatdomain.html#numa-node-tuning
 */
export interface NumatuneElement {
  readonly memory?: NumatuneMemoryElement;
  readonly memnode?: readonly NumatuneMemnodeElement[];
}

/**
 * `/domain/resource`, the schema's define `respartition`.
 *
 * Source: https://libvirt.org/formatdomain.html#resource-partitioning
 */
export interface ResourceElement {
  readonly partition?: string;
  readonly fibrechannel?: ResourceFibrechannelElement;
}

/**
 * `/domain/features`, the schema's define `features`.
 *
 * Source: https://libvirt.org/formatdomain.html#hypervisor-features
 */
export interface FeaturesElement {
  readonly pae?: EmptyElement;
  readonly apic?: FeaturesApicElement;
  readonly acpi?: EmptyElement;
  readonly hap?: FeaturesHapElement;
  readonly hyperv?: FeaturesHypervElement;
  readonly viridian?: EmptyElement;
  readonly kvm?: FeaturesKvmElement;
  readonly xen?: FeaturesXenElement;
  readonly privnet?: EmptyElement;
  readonly pvspinlock?: FeaturesPvspinlockElement;
  readonly capabilities?: FeaturesCapabilitiesElement;
  readonly pmu?: FeaturesPmuElement;
  readonly vmport?: FeaturesVmportElement;
  readonly gic?: FeaturesGicElement;
  readonly smm?: FeaturesSmmElement;
  readonly ioapic?: FeaturesIoapicElement;
  readonly hpt?: FeaturesHptElement;
  readonly vmcoreinfo?: FeaturesVmcoreinfoElement;
  readonly htm?: FeaturesHtmElement;
  readonly 'nested-hv'?: FeaturesNestedHvElement;
  readonly msrs?: FeaturesMsrsElement;
  readonly 'ccf-assist'?: FeaturesCcfAssistElement;
  readonly cfpc?: FeaturesCfpcElement;
  readonly sbbc?: FeaturesSbbcElement;
  readonly ibs?: FeaturesIbsElement;
  readonly tcg?: FeaturesTcgElement;
  readonly 'async-teardown'?: FeaturesAsyncTeardownElement;
  readonly ras?: FeaturesRasElement;
  readonly ps2?: FeaturesPs2Element;
  readonly aia?: FeaturesAiaElement;
}

/**
 * `/domain/pm`, the schema's define `pm`.
 *
 * Source: https://libvirt.org/formatdomain.html#power-management
 */
export interface PmElement {
  readonly 'suspend-to-mem'?: PmSuspendToMemElement;
  readonly 'suspend-to-disk'?: PmSuspendToDiskElement;
}

/**
 * `/domain/perf`, the schema's define `perf`.
 *
 * Source: https://libvirt.org/formatdomain.html#performance-monitoring-events
 */
export interface PerfElement {
  readonly event: readonly PerfEventElement[];
}

/** `/domain/idmap`, the schema's define `idmap`. */
export interface IdmapElement {
  readonly uid?: readonly IdmapUidElement[];
  readonly gid?: readonly IdmapGidElement[];
}

interface AnySeclabelElement {
  readonly '@model'?: string;
}

/** `<seclabel type='dynamic'>` */
export interface DynamicSeclabelElement extends AnySeclabelElement {
  readonly '@type'?: 'dynamic';
  readonly '@relabel'?: 'yes';
  readonly label?: readonly string[];
  readonly imagelabel?: string;
  readonly baselabel?: string;
}

/** `<seclabel type='static'>` */
export interface StaticSeclabelElement extends AnySeclabelElement {
  readonly '@type': 'static';
  readonly '@relabel'?: 'yes' | 'no';
  readonly label: readonly string[];
  readonly imagelabel?: string;
}

/** `<seclabel type='none'>` */
export interface NoneSeclabelElement extends AnySeclabelElement {
  readonly '@type': 'none';
  readonly '@relabel'?: 'no';
}

/**
 * `/domain/seclabel`, the schema's define `seclabel`.
 *
 * Source: https://libvirt.org/formatdomain.html#security-label
 */
export type SeclabelElement =
  | DynamicSeclabelElement
  | StaticSeclabelElement
  | NoneSeclabelElement;

/** `/domain/qemu:commandline`, the schema's define `qemucmdline`. */
export interface QemuCommandlineElement {
  readonly [declaration: `@xmlns${string}`]: string;
  readonly 'qemu:arg'?: QemuCommandlineQemuArgElement | readonly QemuCommandlineQemuArgElement[];
  readonly 'qemu:env'?: QemuCommandlineQemuEnvElement | readonly QemuCommandlineQemuEnvElement[];
}

/** `/domain/qemu:capabilities`, the schema's define `qemucapabilities`. */
export interface QemuCapabilitiesElement {
  readonly [declaration: `@xmlns${string}`]: string;
  readonly 'qemu:add'?: QemuCapabilitiesQemuAddElement | readonly QemuCapabilitiesQemuAddElement[];
  readonly 'qemu:del'?: QemuCapabilitiesQemuDelElement | readonly QemuCapabilitiesQemuDelElement[];
}

/** `/domain/qemu:deprecation`, the schema's define `qemudeprecation`. */
export interface QemuDeprecationElement {
  readonly '@behavior': 'none' | 'omit' | 'reject' | 'crash';
  readonly [declaration: `@xmlns${string}`]: string;
}

/** `/domain/qemu:override`, the schema's define `qemuoverride`. */
export interface QemuOverrideElement {
  readonly [declaration: `@xmlns${string}`]: string;
  readonly 'qemu:device'?: QemuOverrideQemuDeviceElement | readonly QemuOverrideQemuDeviceElement[];
}

/** `/domain/lxc:namespace`, the schema's define `lxcsharens`. */
export interface LxcNamespaceElement {
  readonly [declaration: `@xmlns${string}`]: string;
  readonly 'lxc:sharenet'?: LxcNamespaceLxcSharenetElement;
  readonly 'lxc:shareipc'?: LxcNamespaceLxcShareipcElement;
  readonly 'lxc:shareuts'?: LxcNamespaceLxcShareutsElement;
}

/**
 * `/domain/keywrap`, the schema's define `keywrap`.
 *
 * Source: https://libvirt.org/formatdomain.html#key-wrap
 */
export interface KeywrapElement {
  readonly cipher: readonly KeywrapCipherElement[];
}

/** `<launchSecurity type='sev'>` */
export interface SevLaunchSecurityElement {
  readonly '@type': 'sev';
  readonly '@kernelHashes'?: 'yes' | 'no';
  readonly cbitpos?: WholeNumber;
  readonly reducedPhysBits?: WholeNumber;
  readonly policy: string | number;
  readonly handle?: WholeNumber;
  readonly dhCert?: string;
  readonly session?: string;
}

/** `<launchSecurity type='sev-snp'>` */
export interface SevSnpLaunchSecurityElement {
  readonly '@type': 'sev-snp';
  readonly '@kernelHashes'?: 'yes' | 'no';
  readonly '@authorKey'?: 'yes' | 'no';
  readonly '@vcek'?: 'yes' | 'no';
  readonly cbitpos?: WholeNumber;
  readonly reducedPhysBits?: WholeNumber;
  readonly policy: string | number;
  readonly guestVisibleWorkarounds?: string;
  readonly idBlock?: string;
  readonly idAuth?: string;
  readonly hostData?: string;
}

/** `<launchSecurity type='s390-pv'>` */
export interface S390PvLaunchSecurityElement {
  readonly '@type': 's390-pv';
}

/**
 * `/domain/launchSecurity`, the schema's define `launchSecurity`.
 *
 * Source: https://libvirt.org/formatdomain.html#launch-security
 */
export type LaunchSecurityElement =
  | SevLaunchSecurityElement
  | SevSnpLaunchSecurityElement
  | S390PvLaunchSecurityElement;

/** `/domain/bhyve:commandline`, the schema's define `bhyvecmdline`. */
export interface BhyveCommandlineElement {
  readonly [declaration: `@xmlns${string}`]: string;
  readonly 'bhyve:arg'?: BhyveCommandlineBhyveArgElement | readonly BhyveCommandlineBhyveArgElement[];
}

/** `/domain/xen:commandline`, the schema's define `xencmdline`. */
export interface XenCommandlineElement {
  readonly [declaration: `@xmlns${string}`]: string;
  readonly 'xen:arg'?: XenCommandlineXenArgElement | readonly XenCommandlineXenArgElement[];
}

/** `/domain/cpu/model`, the schema's define `cpuModel`. */
interface CpuModelElement {
  readonly '@fallback'?: 'allow' | 'forbid';
  readonly '@vendor_id'?: string;
  readonly '#'?: string;
}

/** `/domain/cpu/topology`, the schema's define `cpuTopology`. */
interface CpuTopologyElement {
  readonly '@sockets': WholeNumber;
  readonly '@dies'?: WholeNumber;
  readonly '@clusters'?: WholeNumber;
  readonly '@cores': WholeNumber;
  readonly '@threads': WholeNumber;
}

/** `/domain/cpu/feature`, the schema's define `cpuFeature`. */
interface CpuFeatureElement {
  readonly '@policy': 'force' | 'require' | 'optional' | 'disable' | 'forbid';
  readonly '@name': string;
}

/** `/domain/cpu/numa`, the schema's define `cpuNuma`. */
interface CpuNumaElement {
  readonly cell: readonly CpuNumaCellElement[];
  readonly interconnects?: CpuNumaInterconnectsElement;
}

/** `/domain/cpu/cache`, the schema's define `cpuCache`. */
interface CpuCacheElement {
  readonly '@level'?: '1' | '2' | '3';
  readonly '@mode': 'emulate' | 'passthrough' | 'disable';
}

/** `/domain/cpu/maxphysaddr`, the schema's define `cpuMaxPhysAddr`. */
interface CpuMaxphysaddrElement {
  readonly '@mode': 'emulate' | 'passthrough';
  readonly '@bits'?: WholeNumber;
  readonly '@limit'?: WholeNumber;
}

/** `/domain/sysinfo/bios`, the schema's define `sysinfo`. */
interface SysinfoBiosElement {
  readonly entry: readonly SysinfoBiosEntryElement[];
}

/** `/domain/sysinfo/system`, the schema's define `sysinfo`. */
interface SysinfoSystemElement {
  readonly entry: readonly SysinfoSystemEntryElement[];
}

/** `/domain/sysinfo/baseBoard`, the schema's define `sysinfo`. */
interface SysinfoBaseBoardElement {
  readonly entry: readonly SysinfoBaseBoardEntryElement[];
}

/** `/domain/sysinfo/chassis`, the schema's define `sysinfo`. */
interface SysinfoChassisElement {
  readonly entry: readonly SysinfoChassisEntryElement[];
}

/** `/domain/sysinfo/oemStrings`, the schema's define `sysinfo`. */
interface SysinfoOemStringsElement {
  readonly entry: readonly string[];
}

/** `/domain/sysinfo/entry`, the schema's define `sysinfo`. */
interface SysinfoEntryElement {
  readonly '@name': string;
  readonly '@file'?: string;
  readonly '#'?: string;
}

interface AnyOsTypeElement {
  readonly '@machine'?: string;
}

/** `<type arch='i686|x86_64|ia64'>` */
interface PlainOsTypeElement extends AnyOsTypeElement {
  readonly '@arch'?: 'i686' | 'x86_64' | 'ia64';
  readonly '#': 'xen' | 'linux' | 'xenpvh' | 'hvm' | 'exe';
}

/** `<type arch='aarch64|alpha|armv6l|armv7l|cris|lm32|loongarch64|m68k|microblaze|microblazeel|mips|mipsel|mips64|mips64el|openrisc|parisc|parisc64|ppc|ppc64|ppc64le|ppcemb|riscv32|riscv64|s390|s390x|sh4|sh4eb|sparc|sparc64|unicore32|xtensa|xtensaeb'>` */
interface OtherOsTypeElement extends AnyOsTypeElement {
  readonly '@arch': 'aarch64' | 'alpha' | 'armv6l' | 'armv7l' | 'cris' | 'lm32' | 'loongarch64' | 'm68k' | 'microblaze' | 'microblazeel' | 'mips' | 'mipsel' | 'mips64' | 'mips64el' | 'openrisc' | 'parisc' | 'parisc64' | 'ppc' | 'ppc64' | 'ppc64le' | 'ppcemb' | 'riscv32' | 'riscv64' | 's390' | 's390x' | 'sh4' | 'sh4eb' | 'sparc' | 'sparc64' | 'unicore32' | 'xtensa' | 'xtensaeb';
  readonly '#': 'hvm' | 'exe';
}

/** `/domain/os/type`, the schema's define `ostypexen, ostypehvm, osexe`. */
type OsTypeElement =
  | PlainOsTypeElement
  | OtherOsTypeElement;

/** `/domain/os/firmware`, the schema's define `oshvm`. */
interface OsFirmwareElement {
  readonly feature: readonly OsFirmwareFeatureElement[];
}

/** `/domain/os/loader`, the schema's define `oshvm`. */
interface OsLoaderElement {
  readonly '@readonly'?: 'yes' | 'no';
  readonly '@secure'?: 'yes' | 'no';
  readonly '@type'?: 'rom' | 'pflash';
  readonly '@stateless'?: 'yes' | 'no';
  readonly '@format'?: 'raw' | 'qcow2';
  readonly '#'?: string;
}

interface AnyOsNvramElement {
  readonly '@template'?: string;
  readonly '@templateFormat'?: 'raw' | 'qcow2';
  readonly '@format'?: 'raw' | 'qcow2';
}

/** `<nvram type='file'>` */
interface FileOsNvramElement extends AnyOsNvramElement {
  readonly '@type': 'file';
  readonly source?: FileDiskSourceElement;
}

/** `<nvram type='block'>` */
interface BlockOsNvramElement extends AnyOsNvramElement {
  readonly '@type': 'block';
  readonly source?: BlockDiskSourceElement;
}

/** `<nvram type='dir'>` */
interface DirOsNvramElement extends AnyOsNvramElement {
  readonly '@type': 'dir';
  readonly source?: DirDiskSourceElement;
}

/** `<nvram type='network'>` */
interface NetworkOsNvramElement extends AnyOsNvramElement {
  readonly '@type': 'network';
  readonly source: NetworkDiskSourceElement;
}

/** `<nvram type='volume'>` */
interface VolumeOsNvramElement extends AnyOsNvramElement {
  readonly '@type': 'volume';
  readonly source?: VolumeDiskSourceElement;
}

/** `<nvram type='nvme'>` */
interface NvmeOsNvramElement extends AnyOsNvramElement {
  readonly '@type': 'nvme';
  readonly source?: NvmeDiskSourceElement;
}

/** `<nvram type='vhostuser'>` */
interface VhostuserOsNvramElement extends AnyOsNvramElement {
  readonly '@type': 'vhostuser';
  readonly source: VhostuserDiskSourceElement;
}

/** `<nvram type='vhostvdpa'>` */
interface VhostvdpaOsNvramElement extends AnyOsNvramElement {
  readonly '@type': 'vhostvdpa';
  readonly source: VhostvdpaDiskSourceElement;
}

/** `<nvram type=''>` */
interface PlainOsNvramElement extends AnyOsNvramElement {
  readonly '@type'?: never;
  readonly source?: FileDiskSourceElement;
  readonly '#'?: string;
}

/** `/domain/os/nvram`, the schema's define `oshvm`. */
type OsNvramElement =
  | FileOsNvramElement
  | BlockOsNvramElement
  | DirOsNvramElement
  | NetworkOsNvramElement
  | VolumeOsNvramElement
  | NvmeOsNvramElement
  | VhostuserOsNvramElement
  | VhostvdpaOsNvramElement
  | PlainOsNvramElement;

/** `/domain/os/boot`, the schema's define `osbootdev`. */
interface OsBootElement {
  readonly '@dev': 'hd' | 'fd' | 'cdrom' | 'network';
}

/** `/domain/os/bootmenu`, the schema's define `oshvm`. */
interface OsBootmenuElement {
  readonly '@enable': 'yes' | 'no';
  readonly '@timeout'?: WholeNumber;
}

/** `/domain/os/smbios`, the schema's define `smbios`. */
interface OsSmbiosElement {
  readonly '@mode': 'emulate' | 'host' | 'sysinfo';
}

/** `/domain/os/bios`, the schema's define `bios`. */
interface OsBiosElement {
  readonly '@useserial'?: 'yes' | 'no';
  readonly '@rebootTimeout'?: WholeNumber;
}

/** `/domain/os/acpi`, the schema's define `acpiTable`. */
interface OsAcpiElement {
  readonly table?: readonly OsAcpiTableElement[];
}

/** `/domain/os/initenv`, the schema's define `osexe`. */
interface OsInitenvElement {
  readonly '@name': string;
  readonly '#'?: string;
}

interface AnyClockTimerElement {
  readonly '@present'?: 'yes' | 'no';
}

/** `<timer name='platform|rtc'>` */
interface PlatformOrRtcClockTimerElement extends AnyClockTimerElement {
  readonly '@name': 'platform' | 'rtc';
  readonly '@track'?: 'boot' | 'guest' | 'wall' | 'realtime';
  readonly '@tickpolicy'?: 'delay' | 'merge' | 'discard' | 'catchup';
  readonly catchup?: ClockTimerCatchupElement;
}

/** `<timer name='tsc'>` */
interface TscClockTimerElement extends AnyClockTimerElement {
  readonly '@name': 'tsc';
  readonly '@tickpolicy'?: 'delay' | 'merge' | 'discard' | 'catchup';
  readonly '@frequency'?: WholeNumber;
  readonly '@mode'?: 'auto' | 'native' | 'emulate' | 'paravirt' | 'smpsafe';
  readonly catchup?: ClockTimerCatchupElement;
}

/** `<timer name='hpet|pit|armvtimer'>` */
interface OtherClockTimerElement extends AnyClockTimerElement {
  readonly '@name': 'hpet' | 'pit' | 'armvtimer';
  readonly '@tickpolicy'?: 'delay' | 'merge' | 'discard' | 'catchup';
  readonly catchup?: ClockTimerCatchupElement;
}

/** `<timer name='kvmclock|hypervclock'>` */
interface KvmclockOrHypervclockClockTimerElement extends AnyClockTimerElement {
  readonly '@name': 'kvmclock' | 'hypervclock';
}

/** `/domain/clock/timer`, the schema's define `timer`. */
type ClockTimerElement =
  | PlatformOrRtcClockTimerElement
  | TscClockTimerElement
  | OtherClockTimerElement
  | KvmclockOrHypervclockClockTimerElement;

/** `/domain/throttlegroups/throttlegroup`, the schema's define `throttlegroup`. */
interface ThrottlegroupsThrottlegroupElement {
  readonly total_bytes_sec?: WholeNumber;
  readonly read_bytes_sec?: WholeNumber;
  readonly write_bytes_sec?: WholeNumber;
  readonly total_iops_sec?: WholeNumber;
  readonly read_iops_sec?: WholeNumber;
  readonly write_iops_sec?: WholeNumber;
  readonly total_bytes_sec_max?: WholeNumber;
  readonly read_bytes_sec_max?: WholeNumber;
  readonly write_bytes_sec_max?: WholeNumber;
  readonly total_iops_sec_max?: WholeNumber;
  readonly read_iops_sec_max?: WholeNumber;
  readonly write_iops_sec_max?: WholeNumber;
  readonly size_iops_sec?: WholeNumber;
  readonly group_name?: string;
  readonly total_bytes_sec_max_length?: WholeNumber;
  readonly read_bytes_sec_max_length?: WholeNumber;
  readonly write_bytes_sec_max_length?: WholeNumber;
  readonly total_iops_sec_max_length?: WholeNumber;
  readonly read_iops_sec_max_length?: WholeNumber;
  readonly write_iops_sec_max_length?: WholeNumber;
}

/** `/domain/memoryBacking/hugepages`, the schema's define `resources`. */
interface MemoryBackingHugepagesElement {
  readonly page?: readonly MemoryBackingHugepagesPageElement[];
}

/** `/domain/memoryBacking/source`, the schema's define `resources`. */
interface MemoryBackingSourceElement {
  readonly '@type': 'file' | 'anonymous' | 'memfd';
}

/** `/domain/memoryBacking/access`, the schema's define `resources`. */
interface MemoryBackingAccessElement {
  readonly '@mode': 'shared' | 'private';
}

/** `/domain/memoryBacking/allocation`, the schema's define `resources`. */
interface MemoryBackingAllocationElement {
  readonly '@mode'?: 'immediate' | 'ondemand';
  readonly '@threads'?: WholeNumber;
}

/** `/domain/vcpus/vcpu`, the schema's define `resources`. */
interface VcpusVcpuElement {
  readonly '@id': WholeNumber;
  readonly '@enabled': 'yes' | 'no';
  readonly '@hotpluggable'?: 'yes' | 'no';
  readonly '@order'?: WholeNumber;
}

/** `/domain/iothreadids/iothread`, the schema's define `resources`. */
interface IothreadidsIothreadElement {
  readonly '@id': WholeNumber;
  readonly '@thread_pool_min'?: WholeNumber;
  readonly '@thread_pool_max'?: WholeNumber;
  readonly poll?: IothreadidsIothreadPollElement;
}

/** `/domain/blkiotune/device`, the schema's define `blkiotune`. */
interface BlkiotuneDeviceElement {
  readonly path: string;
  readonly weight?: WholeNumber;
  readonly read_iops_sec?: WholeNumber;
  readonly write_iops_sec?: WholeNumber;
  readonly read_bytes_sec?: WholeNumber;
  readonly write_bytes_sec?: WholeNumber;
}

/** `/domain/memtune/hard_limit`, the schema's define `memtune`. */
interface MemtuneHardLimitElement {
  readonly '@unit'?: string;
  readonly '#': WholeNumber;
}

/** `/domain/memtune/soft_limit`, the schema's define `memtune`. */
interface MemtuneSoftLimitElement {
  readonly '@unit'?: string;
  readonly '#': WholeNumber;
}

/** `/domain/memtune/min_guarantee`, the schema's define `memtune`. */
interface MemtuneMinGuaranteeElement {
  readonly '@unit'?: string;
  readonly '#': WholeNumber;
}

/** `/domain/memtune/swap_hard_limit`, the schema's define `memtune`. */
interface MemtuneSwapHardLimitElement {
  readonly '@unit'?: string;
  readonly '#': WholeNumber;
}

/** `/domain/cputune/vcpupin`, the schema's define `cputune`. */
interface CputuneVcpupinElement {
  readonly '@vcpu': WholeNumber;
  readonly '@cpuset': string | number;
}

/** `/domain/cputune/emulatorpin`, the schema's define `cputune`. */
interface CputuneEmulatorpinElement {
  readonly '@cpuset': string | number;
}

/** `/domain/cputune/iothreadpin`, the schema's define `cputune`. */
interface CputuneIothreadpinElement {
  readonly '@iothread': WholeNumber;
  readonly '@cpuset': string | number;
}

interface AnyCputuneVcpuschedElement {
  readonly '@vcpus'?: string | number;
}

/** `<vcpusched scheduler='batch|idle'>` */
interface BatchOrIdleCputuneVcpuschedElement extends AnyCputuneVcpuschedElement {
  readonly '@scheduler': 'batch' | 'idle';
}

/** `<vcpusched scheduler='fifo|rr'>` */
interface FifoOrRrCputuneVcpuschedElement extends AnyCputuneVcpuschedElement {
  readonly '@scheduler': 'fifo' | 'rr';
  readonly '@priority': WholeNumber;
}

/** `/domain/cputune/vcpusched`, the schema's define `cputune`. */
type CputuneVcpuschedElement =
  | BatchOrIdleCputuneVcpuschedElement
  | FifoOrRrCputuneVcpuschedElement;

interface AnyCputuneIothreadschedElement {
  readonly '@iothreads'?: string | number;
}

/** `<iothreadsched scheduler='batch|idle'>` */
interface BatchOrIdleCputuneIothreadschedElement extends AnyCputuneIothreadschedElement {
  readonly '@scheduler': 'batch' | 'idle';
}

/** `<iothreadsched scheduler='fifo|rr'>` */
interface FifoOrRrCputuneIothreadschedElement extends AnyCputuneIothreadschedElement {
  readonly '@scheduler': 'fifo' | 'rr';
  readonly '@priority': WholeNumber;
}

/** `/domain/cputune/iothreadsched`, the schema's define `cputune`. */
type CputuneIothreadschedElement =
  | BatchOrIdleCputuneIothreadschedElement
  | FifoOrRrCputuneIothreadschedElement;

/** `<emulatorsched scheduler='batch|idle'>` */
interface BatchOrIdleCputuneEmulatorschedElement {
  readonly '@scheduler': 'batch' | 'idle';
}

/** `<emulatorsched scheduler='fifo|rr'>` */
interface FifoOrRrCputuneEmulatorschedElement {
  readonly '@scheduler': 'fifo' | 'rr';
  readonly '@priority': WholeNumber;
}

/** `/domain/cputune/emulatorsched`, the schema's define `cputune`. */
type CputuneEmulatorschedElement =
  | BatchOrIdleCputuneEmulatorschedElement
  | FifoOrRrCputuneEmulatorschedElement;

/** `/domain/cputune/cachetune`, the schema's define `cputune`. */
interface CputuneCachetuneElement {
  readonly '@vcpus': string | number;
  readonly '@id'?: string;
  readonly cache?: readonly CputuneCachetuneCacheElement[];
  readonly monitor?: readonly CputuneCachetuneMonitorElement[];
}

/** `/domain/cputune/memorytune`, the schema's define `cputune`. */
interface CputuneMemorytuneElement {
  readonly '@vcpus': string | number;
  readonly node?: readonly CputuneMemorytuneNodeElement[];
  readonly monitor?: readonly CputuneMemorytuneMonitorElement[];
}

interface AnyNumatuneMemoryElement {
  readonly '@mode'?: 'strict' | 'preferred' | 'interleave' | 'restrictive';
}

/** `<memory placement='static'>` */
interface StaticNumatuneMemoryElement extends AnyNumatuneMemoryElement {
  readonly '@placement'?: 'static';
  readonly '@nodeset'?: string | number;
}

/** `<memory placement='auto'>` */
interface AutoNumatuneMemoryElement extends AnyNumatuneMemoryElement {
  readonly '@placement': 'auto';
}

/** `/domain/numatune/memory`, the schema's define `numatune`. */
type NumatuneMemoryElement =
  | StaticNumatuneMemoryElement
  | AutoNumatuneMemoryElement;

/** `/domain/numatune/memnode`, the schema's define `numatune`. */
interface NumatuneMemnodeElement {
  readonly '@cellid': WholeNumber;
  readonly '@mode': 'strict' | 'preferred' | 'interleave' | 'restrictive';
  readonly '@nodeset': string | number;
}

/** `/domain/resource/fibrechannel`, the schema's define `fibrechannel`. */
interface ResourceFibrechannelElement {
  readonly '@appid': string;
}

/** `/domain/features/apic`, the schema's define `features`. */
interface FeaturesApicElement {
  readonly '@eoi'?: 'on' | 'off';
}

/** `/domain/features/hap`, the schema's define `features`. */
interface FeaturesHapElement {
  readonly '@state'?: 'on' | 'off';
}

/** `<hyperv mode='passthrough'>` */
interface PassthroughFeaturesHypervElement {
  readonly '@mode': 'passthrough';
}

/** `<hyperv mode='custom'>` */
interface CustomFeaturesHypervElement {
  readonly '@mode'?: 'custom';
  readonly relaxed?: FeaturesHypervRelaxedElement;
  readonly vapic?: FeaturesHypervVapicElement;
  readonly spinlocks?: FeaturesHypervSpinlocksElement;
  readonly vpindex?: FeaturesHypervVpindexElement;
  readonly runtime?: FeaturesHypervRuntimeElement;
  readonly synic?: FeaturesHypervSynicElement;
  readonly stimer?: FeaturesHypervStimerElement;
  readonly reset?: FeaturesHypervResetElement;
  readonly vendor_id?: FeaturesHypervVendorIdElement;
  readonly frequencies?: FeaturesHypervFrequenciesElement;
  readonly reenlightenment?: FeaturesHypervReenlightenmentElement;
  readonly tlbflush?: FeaturesHypervTlbflushElement;
  readonly ipi?: FeaturesHypervIpiElement;
  readonly evmcs?: FeaturesHypervEvmcsElement;
  readonly avic?: FeaturesHypervAvicElement;
  readonly emsr_bitmap?: FeaturesHypervEmsrBitmapElement;
  readonly xmm_input?: FeaturesHypervXmmInputElement;
}

/** `/domain/features/hyperv`, the schema's define `hyperv`. */
type FeaturesHypervElement =
  | PassthroughFeaturesHypervElement
  | CustomFeaturesHypervElement;

/** `/domain/features/kvm`, the schema's define `kvm`. */
interface FeaturesKvmElement {
  readonly hidden?: FeaturesKvmHiddenElement;
  readonly 'hint-dedicated'?: FeaturesKvmHintDedicatedElement;
  readonly 'poll-control'?: FeaturesKvmPollControlElement;
  readonly 'pv-ipi'?: FeaturesKvmPvIpiElement;
  readonly 'dirty-ring'?: FeaturesKvmDirtyRingElement;
}

/** `/domain/features/xen`, the schema's define `xen`. */
interface FeaturesXenElement {
  readonly e820_host?: FeaturesXenE820HostElement;
  readonly passthrough?: FeaturesXenPassthroughElement;
}

/** `/domain/features/pvspinlock`, the schema's define `features`. */
interface FeaturesPvspinlockElement {
  readonly '@state'?: 'on' | 'off';
}

/** `/domain/features/capabilities`, the schema's define `capabilities`. */
interface FeaturesCapabilitiesElement {
  readonly '@policy': 'default' | 'allow' | 'deny';
  readonly audit_control?: FeaturesCapabilitiesAuditControlElement;
  readonly audit_write?: FeaturesCapabilitiesAuditWriteElement;
  readonly block_suspend?: FeaturesCapabilitiesBlockSuspendElement;
  readonly chown?: FeaturesCapabilitiesChownElement;
  readonly dac_override?: FeaturesCapabilitiesDacOverrideElement;
  readonly dac_read_search?: FeaturesCapabilitiesDacReadSearchElement;
  readonly fowner?: FeaturesCapabilitiesFownerElement;
  readonly fsetid?: FeaturesCapabilitiesFsetidElement;
  readonly ipc_lock?: FeaturesCapabilitiesIpcLockElement;
  readonly ipc_owner?: FeaturesCapabilitiesIpcOwnerElement;
  readonly kill?: FeaturesCapabilitiesKillElement;
  readonly lease?: FeaturesCapabilitiesLeaseElement;
  readonly linux_immutable?: FeaturesCapabilitiesLinuxImmutableElement;
  readonly mac_admin?: FeaturesCapabilitiesMacAdminElement;
  readonly mac_override?: FeaturesCapabilitiesMacOverrideElement;
  readonly mknod?: FeaturesCapabilitiesMknodElement;
  readonly net_admin?: FeaturesCapabilitiesNetAdminElement;
  readonly net_bind_service?: FeaturesCapabilitiesNetBindServiceElement;
  readonly net_broadcast?: FeaturesCapabilitiesNetBroadcastElement;
  readonly net_raw?: FeaturesCapabilitiesNetRawElement;
  readonly setgid?: FeaturesCapabilitiesSetgidElement;
  readonly setfcap?: FeaturesCapabilitiesSetfcapElement;
  readonly setpcap?: FeaturesCapabilitiesSetpcapElement;
  readonly setuid?: FeaturesCapabilitiesSetuidElement;
  readonly sys_admin?: FeaturesCapabilitiesSysAdminElement;
  readonly sys_boot?: FeaturesCapabilitiesSysBootElement;
  readonly sys_chroot?: FeaturesCapabilitiesSysChrootElement;
  readonly sys_module?: FeaturesCapabilitiesSysModuleElement;
  readonly sys_nice?: FeaturesCapabilitiesSysNiceElement;
  readonly sys_pacct?: FeaturesCapabilitiesSysPacctElement;
  readonly sys_ptrace?: FeaturesCapabilitiesSysPtraceElement;
  readonly sys_rawio?: FeaturesCapabilitiesSysRawioElement;
  readonly sys_resource?: FeaturesCapabilitiesSysResourceElement;
  readonly sys_time?: FeaturesCapabilitiesSysTimeElement;
  readonly sys_tty_config?: FeaturesCapabilitiesSysTtyConfigElement;
  readonly syslog?: FeaturesCapabilitiesSyslogElement;
  readonly wake_alarm?: FeaturesCapabilitiesWakeAlarmElement;
}

/** `/domain/features/pmu`, the schema's define `pmu`. */
interface FeaturesPmuElement {
  readonly '@state'?: 'on' | 'off';
}

/** `/domain/features/vmport`, the schema's define `features`. */
interface FeaturesVmportElement {
  readonly '@state'?: 'on' | 'off';
}

/** `/domain/features/gic`, the schema's define `features`. */
interface FeaturesGicElement {
  readonly '@version'?: 'host' | '2' | '3';
}

/** `/domain/features/smm`, the schema's define `features`. */
interface FeaturesSmmElement {
  readonly '@state'?: 'on' | 'off';
  readonly tseg?: WholeNumber | FeaturesSmmTsegElement;
}

/** `/domain/features/ioapic`, the schema's define `ioapic`. */
interface FeaturesIoapicElement {
  readonly '@driver': 'qemu' | 'kvm';
}

/** `/domain/features/hpt`, the schema's define `hpt`. */
interface FeaturesHptElement {
  readonly '@resizing'?: 'enabled' | 'disabled' | 'required';
  readonly maxpagesize?: WholeNumber | FeaturesHptMaxpagesizeElement;
}

/** `/domain/features/vmcoreinfo`, the schema's define `vmcoreinfo`. */
interface FeaturesVmcoreinfoElement {
  readonly '@state'?: 'on' | 'off';
}

/** `/domain/features/htm`, the schema's define `features`. */
interface FeaturesHtmElement {
  readonly '@state': 'on' | 'off';
}

/** `/domain/features/nested-hv`, the schema's define `features`. */
interface FeaturesNestedHvElement {
  readonly '@state': 'on' | 'off';
}

/** `/domain/features/msrs`, the schema's define `msrs`. */
interface FeaturesMsrsElement {
  readonly '@unknown': 'ignore' | 'fault';
}

/** `/domain/features/ccf-assist`, the schema's define `features`. */
interface FeaturesCcfAssistElement {
  readonly '@state': 'on' | 'off';
}

/** `/domain/features/cfpc`, the schema's define `cfpc`. */
interface FeaturesCfpcElement {
  readonly '@value': 'broken' | 'workaround' | 'fixed';
}

/** `/domain/features/sbbc`, the schema's define `sbbc`. */
interface FeaturesSbbcElement {
  readonly '@value': 'broken' | 'workaround' | 'fixed';
}

/** `/domain/features/ibs`, the schema's define `ibs`. */
interface FeaturesIbsElement {
  readonly '@value': 'broken' | 'workaround' | 'fixed-ibs' | 'fixed-ccd' | 'fixed-na';
}

/** `/domain/features/tcg`, the schema's define `tcgfeatures`. */
interface FeaturesTcgElement {
  readonly 'tb-cache'?: WholeNumber | FeaturesTcgTbCacheElement;
}

/** `/domain/features/async-teardown`, the schema's define `features`. */
interface FeaturesAsyncTeardownElement {
  readonly '@enabled'?: 'yes' | 'no';
}

/** `/domain/features/ras`, the schema's define `features`. */
interface FeaturesRasElement {
  readonly '@state': 'on' | 'off';
}

/** `/domain/features/ps2`, the schema's define `features`. */
interface FeaturesPs2Element {
  readonly '@state': 'on' | 'off';
}

/** `/domain/features/aia`, the schema's define `aia`. */
interface FeaturesAiaElement {
  readonly '@value': 'none' | 'aplic' | 'aplic-imsic';
}

/** `/domain/pm/suspend-to-mem`, the schema's define `pm`. */
interface PmSuspendToMemElement {
  readonly '@enabled'?: 'yes' | 'no';
}

/** `/domain/pm/suspend-to-disk`, the schema's define `pm`. */
interface PmSuspendToDiskElement {
  readonly '@enabled'?: 'yes' | 'no';
}

/** `/domain/perf/event`, the schema's define `perf`. */
interface PerfEventElement {
  readonly '@name': 'cmt' | 'mbmt' | 'mbml' | 'cpu_cycles' | 'instructions' | 'cache_references' | 'cache_misses' | 'branch_instructions' | 'branch_misses' | 'bus_cycles' | 'stalled_cycles_frontend' | 'stalled_cycles_backend' | 'ref_cpu_cycles' | 'cpu_clock' | 'task_clock' | 'page_faults' | 'context_switches' | 'cpu_migrations' | 'page_faults_min' | 'page_faults_maj' | 'alignment_faults' | 'emulation_faults';
  readonly '@enabled': 'yes' | 'no';
}

/** `/domain/idmap/uid`, the schema's define `idmap`. */
interface IdmapUidElement {
  readonly '@start': WholeNumber;
  readonly '@target': WholeNumber;
  readonly '@count': WholeNumber;
}

/** `/domain/idmap/gid`, the schema's define `idmap`. */
interface IdmapGidElement {
  readonly '@start': WholeNumber;
  readonly '@target': WholeNumber;
  readonly '@count': WholeNumber;
}

/** `/domain/qemu:commandline/qemu:arg`, the schema's define `qemucmdline`. */
interface QemuCommandlineQemuArgElement {
  readonly '@value': string;
  readonly [declaration: `@xmlns${string}`]: string;
}

/** `/domain/qemu:commandline/qemu:env`, the schema's define `qemucmdline`. */
interface QemuCommandlineQemuEnvElement {
  readonly '@name': string;
  readonly '@value'?: string;
  readonly [declaration: `@xmlns${string}`]: string;
}

/** `/domain/qemu:capabilities/qemu:add`, the schema's define `qemucapabilities`. */
interface QemuCapabilitiesQemuAddElement {
  readonly '@capability': string;
  readonly [declaration: `@xmlns${string}`]: string;
}

/** `/domain/qemu:capabilities/qemu:del`, the schema's define `qemucapabilities`. */
interface QemuCapabilitiesQemuDelElement {
  readonly '@capability': string;
  readonly [declaration: `@xmlns${string}`]: string;
}

/** `/domain/qemu:override/qemu:device`, the schema's define `qemuoverride`. */
interface QemuOverrideQemuDeviceElement {
  readonly '@alias': string;
  readonly [declaration: `@xmlns${string}`]: string;
  readonly 'qemu:frontend'?: QemuOverrideQemuDeviceQemuFrontendElement;
}

/** `/domain/lxc:namespace/lxc:sharenet`, the schema's define `lxcsharens`. */
interface LxcNamespaceLxcSharenetElement {
  readonly '@type': 'netns' | 'name' | 'pid';
  readonly '@value': string;
  readonly [declaration: `@xmlns${string}`]: string;
}

/** `/domain/lxc:namespace/lxc:shareipc`, the schema's define `lxcsharens`. */
interface LxcNamespaceLxcShareipcElement {
  readonly '@type': 'name' | 'pid';
  readonly '@value': string;
  readonly [declaration: `@xmlns${string}`]: string;
}

/** `/domain/lxc:namespace/lxc:shareuts`, the schema's define `lxcsharens`. */
interface LxcNamespaceLxcShareutsElement {
  readonly '@type': 'name' | 'pid';
  readonly '@value': string;
  readonly [declaration: `@xmlns${string}`]: string;
}

/** `/domain/keywrap/cipher`, the schema's define `keywrap`. */
interface KeywrapCipherElement {
  readonly '@name': 'aes' | 'dea';
  readonly '@state': 'on' | 'off';
}

/** `/domain/bhyve:commandline/bhyve:arg`, the schema's define `bhyvecmdline`. */
interface BhyveCommandlineBhyveArgElement {
  readonly '@value': string;
  readonly [declaration: `@xmlns${string}`]: string;
}

/** `/domain/xen:commandline/xen:arg`, the schema's define `xencmdline`. */
interface XenCommandlineXenArgElement {
  readonly '@value': string;
  readonly [declaration: `@xmlns${string}`]: string;
}

/** `/domain/cpu/numa/cell`, the schema's define `numaCell`. */
interface CpuNumaCellElement {
  readonly '@id'?: WholeNumber;
  readonly '@cpus'?: string | number;
  readonly '@memory': WholeNumber;
  readonly '@unit'?: string;
  readonly '@memAccess'?: 'shared' | 'private';
  readonly '@discard'?: 'yes' | 'no';
  readonly distances?: CpuNumaCellDistancesElement;
  readonly cache?: readonly CpuNumaCellCacheElement[];
}

/** `/domain/cpu/numa/interconnects`, the schema's define `numaInterconnects`. */
interface CpuNumaInterconnectsElement {
  readonly latency?: readonly CpuNumaInterconnectsLatencyElement[];
  readonly bandwidth?: readonly CpuNumaInterconnectsBandwidthElement[];
}

/** `/domain/sysinfo/bios/entry`, the schema's define `sysinfo`. */
interface SysinfoBiosEntryElement {
  readonly '@name': 'vendor' | 'version' | 'date' | 'release';
  readonly '#': string;
}

/** `/domain/sysinfo/system/entry`, the schema's define `sysinfo`. */
interface SysinfoSystemEntryElement {
  readonly '@name': 'manufacturer' | 'product' | 'version' | 'serial' | 'uuid' | 'sku' | 'family';
  readonly '#': string;
}

/** `/domain/sysinfo/baseBoard/entry`, the schema's define `sysinfo`. */
interface SysinfoBaseBoardEntryElement {
  readonly '@name': 'manufacturer' | 'product' | 'version' | 'serial' | 'asset' | 'location';
  readonly '#': string;
}

/** `/domain/sysinfo/chassis/entry`, the schema's define `sysinfo`. */
interface SysinfoChassisEntryElement {
  readonly '@name': 'manufacturer' | 'version' | 'serial' | 'asset' | 'sku';
  readonly '#': string;
}

/** `/domain/os/firmware/feature`, the schema's define `oshvm`. */
interface OsFirmwareFeatureElement {
  readonly '@enabled': 'yes' | 'no';
  readonly '@name': 'enrolled-keys' | 'secure-boot';
}

/** `/domain/os/acpi/table`, the schema's define `acpiTable`. */
interface OsAcpiTableElement {
  readonly '@type': 'raw' | 'rawset' | 'slic' | 'msdm';
  readonly '#': string;
}

/** `/domain/clock/timer/catchup`, the schema's define `tickpolicy`. */
interface ClockTimerCatchupElement {
  readonly '@threshold'?: WholeNumber;
  readonly '@slew'?: WholeNumber;
  readonly '@limit'?: WholeNumber;
}

/** `/domain/memoryBacking/hugepages/page`, the schema's define `resources`. */
interface MemoryBackingHugepagesPageElement {
  readonly '@size': WholeNumber;
  readonly '@unit'?: string;
  readonly '@nodeset'?: string | number;
}

/** `/domain/iothreadids/iothread/poll`, the schema's define `resources`. */
interface IothreadidsIothreadPollElement {
  readonly '@max'?: WholeNumber;
  readonly '@grow'?: WholeNumber;
  readonly '@shrink'?: WholeNumber;
}

/** `/domain/cputune/cachetune/cache`, the schema's define `cputune`. */
interface CputuneCachetuneCacheElement {
  readonly '@id': WholeNumber;
  readonly '@level': WholeNumber;
  readonly '@type': 'both' | 'code' | 'data';
  readonly '@size': WholeNumber;
  readonly '@unit'?: string;
}

/** `/domain/cputune/cachetune/monitor`, the schema's define `cputune`. */
interface CputuneCachetuneMonitorElement {
  readonly '@level': WholeNumber;
  readonly '@vcpus': string | number;
}

/** `/domain/cputune/memorytune/node`, the schema's define `cputune`. */
interface CputuneMemorytuneNodeElement {
  readonly '@id': WholeNumber;
  readonly '@bandwidth': WholeNumber;
}

/** `/domain/cputune/memorytune/monitor`, the schema's define `cputune`. */
interface CputuneMemorytuneMonitorElement {
  readonly '@vcpus': string | number;
}

/** `/domain/features/hyperv/relaxed`, the schema's define `hyperv`. */
interface FeaturesHypervRelaxedElement {
  readonly '@state': 'on' | 'off';
}

/** `/domain/features/hyperv/vapic`, the schema's define `hyperv`. */
interface FeaturesHypervVapicElement {
  readonly '@state': 'on' | 'off';
}

/** `/domain/features/hyperv/spinlocks`, the schema's define `hyperv`. */
interface FeaturesHypervSpinlocksElement {
  readonly '@state': 'on' | 'off';
  readonly '@retries'?: WholeNumber;
}

/** `/domain/features/hyperv/vpindex`, the schema's define `hyperv`. */
interface FeaturesHypervVpindexElement {
  readonly '@state': 'on' | 'off';
}

/** `/domain/features/hyperv/runtime`, the schema's define `hyperv`. */
interface FeaturesHypervRuntimeElement {
  readonly '@state': 'on' | 'off';
}

/** `/domain/features/hyperv/synic`, the schema's define `hyperv`. */
interface FeaturesHypervSynicElement {
  readonly '@state': 'on' | 'off';
}

/** `/domain/features/hyperv/stimer`, the schema's define `hyperv`. */
interface FeaturesHypervStimerElement {
  readonly '@state'?: 'on' | 'off';
  readonly direct?: FeaturesHypervStimerDirectElement;
}

/** `/domain/features/hyperv/reset`, the schema's define `hyperv`. */
interface FeaturesHypervResetElement {
  readonly '@state': 'on' | 'off';
}

/** `/domain/features/hyperv/vendor_id`, the schema's define `hyperv`. */
interface FeaturesHypervVendorIdElement {
  readonly '@state': 'on' | 'off';
  readonly '@value'?: string;
}

/** `/domain/features/hyperv/frequencies`, the schema's define `hyperv`. */
interface FeaturesHypervFrequenciesElement {
  readonly '@state': 'on' | 'off';
}

/** `/domain/features/hyperv/reenlightenment`, the schema's define `hyperv`. */
interface FeaturesHypervReenlightenmentElement {
  readonly '@state': 'on' | 'off';
}

/** `/domain/features/hyperv/tlbflush`, the schema's define `hyperv`. */
interface FeaturesHypervTlbflushElement {
  readonly '@state'?: 'on' | 'off';
  readonly direct?: FeaturesHypervTlbflushDirectElement;
  readonly extended?: FeaturesHypervTlbflushExtendedElement;
}

/** `/domain/features/hyperv/ipi`, the schema's define `hyperv`. */
interface FeaturesHypervIpiElement {
  readonly '@state': 'on' | 'off';
}

/** `/domain/features/hyperv/evmcs`, the schema's define `hyperv`. */
interface FeaturesHypervEvmcsElement {
  readonly '@state': 'on' | 'off';
}

/** `/domain/features/hyperv/avic`, the schema's define `hyperv`. */
interface FeaturesHypervAvicElement {
  readonly '@state': 'on' | 'off';
}

/** `/domain/features/hyperv/emsr_bitmap`, the schema's define `hyperv`. */
interface FeaturesHypervEmsrBitmapElement {
  readonly '@state': 'on' | 'off';
}

/** `/domain/features/hyperv/xmm_input`, the schema's define `hyperv`. */
interface FeaturesHypervXmmInputElement {
  readonly '@state': 'on' | 'off';
}

/** `/domain/features/kvm/hidden`, the schema's define `kvm`. */
interface FeaturesKvmHiddenElement {
  readonly '@state': 'on' | 'off';
}

/** `/domain/features/kvm/hint-dedicated`, the schema's define `kvm`. */
interface FeaturesKvmHintDedicatedElement {
  readonly '@state': 'on' | 'off';
}

/** `/domain/features/kvm/poll-control`, the schema's define `kvm`. */
interface FeaturesKvmPollControlElement {
  readonly '@state': 'on' | 'off';
}

/** `/domain/features/kvm/pv-ipi`, the schema's define `kvm`. */
interface FeaturesKvmPvIpiElement {
  readonly '@state': 'on' | 'off';
}

/** `/domain/features/kvm/dirty-ring`, the schema's define `kvm`. */
interface FeaturesKvmDirtyRingElement {
  readonly '@state': 'on' | 'off';
  readonly '@size'?: WholeNumber;
}

/** `/domain/features/xen/e820_host`, the schema's define `xen`. */
interface FeaturesXenE820HostElement {
  readonly '@state': 'on' | 'off';
}

/** `/domain/features/xen/passthrough`, the schema's define `xen`. */
interface FeaturesXenPassthroughElement {
  readonly '@state': 'on' | 'off';
  readonly '@mode'?: string;
}

/** `/domain/features/capabilities/audit_control`, the schema's define `capabilities`. */
interface FeaturesCapabilitiesAuditControlElement {
  readonly '@state': 'on' | 'off';
}

/** `/domain/features/capabilities/audit_write`, the schema's define `capabilities`. */
interface FeaturesCapabilitiesAuditWriteElement {
  readonly '@state': 'on' | 'off';
}

/** `/domain/features/capabilities/block_suspend`, the schema's define `capabilities`. */
interface FeaturesCapabilitiesBlockSuspendElement {
  readonly '@state': 'on' | 'off';
}

/** `/domain/features/capabilities/chown`, the schema's define `capabilities`. */
interface FeaturesCapabilitiesChownElement {
  readonly '@state': 'on' | 'off';
}

/** `/domain/features/capabilities/dac_override`, the schema's define `capabilities`. */
interface FeaturesCapabilitiesDacOverrideElement {
  readonly '@state': 'on' | 'off';
}

/** `/domain/features/capabilities/dac_read_search`, the schema's define `capabilities`. */
interface FeaturesCapabilitiesDacReadSearchElement {
  readonly '@state': 'on' | 'off';
}

/** `/domain/features/capabilities/fowner`, the schema's define `capabilities`. */
interface FeaturesCapabilitiesFownerElement {
  readonly '@state': 'on' | 'off';
}

/** `/domain/features/capabilities/fsetid`, the schema's define `capabilities`. */
interface FeaturesCapabilitiesFsetidElement {
  readonly '@state': 'on' | 'off';
}

/** `/domain/features/capabilities/ipc_lock`, the schema's define `capabilities`. */
interface FeaturesCapabilitiesIpcLockElement {
  readonly '@state': 'on' | 'off';
}

/** `/domain/features/capabilities/ipc_owner`, the schema's define `capabilities`. */
interface FeaturesCapabilitiesIpcOwnerElement {
  readonly '@state': 'on' | 'off';
}

/** `/domain/features/capabilities/kill`, the schema's define `capabilities`. */
interface FeaturesCapabilitiesKillElement {
  readonly '@state': 'on' | 'off';
}

/** `/domain/features/capabilities/lease`, the schema's define `capabilities`. */
interface FeaturesCapabilitiesLeaseElement {
  readonly '@state': 'on' | 'off';
}

/** `/domain/features/capabilities/linux_immutable`, the schema's define `capabilities`. */
interface FeaturesCapabilitiesLinuxImmutableElement {
  readonly '@state': 'on' | 'off';
}

/** `/domain/features/capabilities/mac_admin`, the schema's define `capabilities`. */
interface FeaturesCapabilitiesMacAdminElement {
  readonly '@state': 'on' | 'off';
}

/** `/domain/features/capabilities/mac_override`, the schema's define `capabilities`. */
interface FeaturesCapabilitiesMacOverrideElement {
  readonly '@state': 'on' | 'off';
}

/** `/domain/features/capabilities/mknod`, the schema's define `capabilities`. */
interface FeaturesCapabilitiesMknodElement {
  readonly '@state': 'on' | 'off';
}

/** `/domain/features/capabilities/net_admin`, the schema's define `capabilities`. */
interface FeaturesCapabilitiesNetAdminElement {
  readonly '@state': 'on' | 'off';
}

/** `/domain/features/capabilities/net_bind_service`, the schema's define `capabilities`. */
interface FeaturesCapabilitiesNetBindServiceElement {
  readonly '@state': 'on' | 'off';
}

/** `/domain/features/capabilities/net_broadcast`, the schema's define `capabilities`. */
interface FeaturesCapabilitiesNetBroadcastElement {
  readonly '@state': 'on' | 'off';
}

/** `/domain/features/capabilities/net_raw`, the schema's define `capabilities`. */
interface FeaturesCapabilitiesNetRawElement {
  readonly '@state': 'on' | 'off';
}

/** `/domain/features/capabilities/setgid`, the schema's define `capabilities`. */
interface FeaturesCapabilitiesSetgidElement {
  readonly '@state': 'on' | 'off';
}

/** `/domain/features/capabilities/setfcap`, the schema's define `capabilities`. */
interface FeaturesCapabilitiesSetfcapElement {
  readonly '@state': 'on' | 'off';
}

/** `/domain/features/capabilities/setpcap`, the schema's define `capabilities`. */
interface FeaturesCapabilitiesSetpcapElement {
  readonly '@state': 'on' | 'off';
}

/** `/domain/features/capabilities/setuid`, the schema's define `capabilities`. */
interface FeaturesCapabilitiesSetuidElement {
  readonly '@state': 'on' | 'off';
}

/** `/domain/features/capabilities/sys_admin`, the schema's define `capabilities`. */
interface FeaturesCapabilitiesSysAdminElement {
  readonly '@state': 'on' | 'off';
}

/** `/domain/features/capabilities/sys_boot`, the schema's define `capabilities`. */
interface FeaturesCapabilitiesSysBootElement {
  readonly '@state': 'on' | 'off';
}

/** `/domain/features/capabilities/sys_chroot`, the schema's define `capabilities`. */
interface FeaturesCapabilitiesSysChrootElement {
  readonly '@state': 'on' | 'off';
}

/** `/domain/features/capabilities/sys_module`, the schema's define `capabilities`. */
interface FeaturesCapabilitiesSysModuleElement {
  readonly '@state': 'on' | 'off';
}

/** `/domain/features/capabilities/sys_nice`, the schema's define `capabilities`. */
interface FeaturesCapabilitiesSysNiceElement {
  readonly '@state': 'on' | 'off';
}

/** `/domain/features/capabilities/sys_pacct`, the schema's define `capabilities`. */
interface FeaturesCapabilitiesSysPacctElement {
  readonly '@state': 'on' | 'off';
}

/** `/domain/features/capabilities/sys_ptrace`, the schema's define `capabilities`. */
interface FeaturesCapabilitiesSysPtraceElement {
  readonly '@state': 'on' | 'off';
}

/** `/domain/features/capabilities/sys_rawio`, the schema's define `capabilities`. */
interface FeaturesCapabilitiesSysRawioElement {
  readonly '@state': 'on' | 'off';
}

/** `/domain/features/capabilities/sys_resource`, the schema's define `capabilities`. */
interface FeaturesCapabilitiesSysResourceElement {
  readonly '@state': 'on' | 'off';
}

/** `/domain/features/capabilities/sys_time`, the schema's define `capabilities`. */
interface FeaturesCapabilitiesSysTimeElement {
  readonly '@state': 'on' | 'off';
}

/** `/domain/features/capabilities/sys_tty_config`, the schema's define `capabilities`. */
interface FeaturesCapabilitiesSysTtyConfigElement {
  readonly '@state': 'on' | 'off';
}

/** `/domain/features/capabilities/syslog`, the schema's define `capabilities`. */
interface FeaturesCapabilitiesSyslogElement {
  readonly '@state': 'on' | 'off';
}

/** `/domain/features/capabilities/wake_alarm`, the schema's define `capabilities`. */
interface FeaturesCapabilitiesWakeAlarmElement {
  readonly '@state': 'on' | 'off';
}

/** `/domain/features/smm/tseg`, the schema's define `features`. */
interface FeaturesSmmTsegElement {
  readonly '@unit'?: string;
  readonly '#': WholeNumber;
}

/** `/domain/features/hpt/maxpagesize`, the schema's define `hpt`. */
interface FeaturesHptMaxpagesizeElement {
  readonly '@unit'?: string;
  readonly '#': WholeNumber;
}

/** `/domain/features/tcg/tb-cache`, the schema's define `tcgfeatures`. */
interface FeaturesTcgTbCacheElement {
  readonly '@unit'?: string;
  readonly '#': WholeNumber;
}

/** `/domain/qemu:override/qemu:device/qemu:frontend`, the schema's define `qemuoverride`. */
interface QemuOverrideQemuDeviceQemuFrontendElement {
  readonly [declaration: `@xmlns${string}`]: string;
  readonly 'qemu:property'?: QemuOverrideQemuDeviceQemuFrontendQemuPropertyElement | readonly QemuOverrideQemuDeviceQemuFrontendQemuPropertyElement[];
}

/** `/domain/cpu/numa/cell/distances`, the schema's define `numaCell`. */
interface CpuNumaCellDistancesElement {
  readonly sibling: readonly CpuNumaCellDistancesSiblingElement[];
}

/** `/domain/cpu/numa/cell/cache`, the schema's define `numaCache`. */
interface CpuNumaCellCacheElement {
  readonly '@level': WholeNumber;
  readonly '@associativity': 'none' | 'direct' | 'full';
  readonly '@policy': 'none' | 'writeback' | 'writethrough';
  readonly size: CpuNumaCellCacheSizeElement;
  readonly line: CpuNumaCellCacheLineElement;
}

/** `/domain/cpu/numa/interconnects/latency`, the schema's define `numaInterconnects`. */
interface CpuNumaInterconnectsLatencyElement {
  readonly '@initiator': WholeNumber;
  readonly '@target': WholeNumber;
  readonly '@cache'?: WholeNumber;
  readonly '@type': 'access' | 'read' | 'write';
  readonly '@value': WholeNumber;
}

/** `/domain/cpu/numa/interconnects/bandwidth`, the schema's define `numaInterconnects`. */
interface CpuNumaInterconnectsBandwidthElement {
  readonly '@initiator': WholeNumber;
  readonly '@target': WholeNumber;
  readonly '@cache'?: WholeNumber;
  readonly '@type': 'access' | 'read' | 'write';
  readonly '@value': WholeNumber;
  readonly '@unit': string;
}

/** `/domain/features/hyperv/stimer/direct`, the schema's define `stimer`. */
interface FeaturesHypervStimerDirectElement {
  readonly '@state': 'on' | 'off';
}

/** `/domain/features/hyperv/tlbflush/direct`, the schema's define `tlbflush`. */
interface FeaturesHypervTlbflushDirectElement {
  readonly '@state': 'on' | 'off';
}

/** `/domain/features/hyperv/tlbflush/extended`, the schema's define `tlbflush`. */
interface FeaturesHypervTlbflushExtendedElement {
  readonly '@state': 'on' | 'off';
}

/** `/domain/qemu:override/qemu:device/qemu:frontend/qemu:property`, the schema's define `qemuoverrideproperty`. */
interface QemuOverrideQemuDeviceQemuFrontendQemuPropertyElement {
  readonly '@name': string;
  readonly '@type': 'string' | 'signed' | 'unsigned' | 'bool' | 'remove';
  readonly '@value'?: string;
  readonly [declaration: `@xmlns${string}`]: string;
}

/** `/domain/cpu/numa/cell/distances/sibling`, the schema's define `numaDistance`. */
interface CpuNumaCellDistancesSiblingElement {
  readonly '@id': WholeNumber;
  readonly '@value': WholeNumber;
}

/** `/domain/cpu/numa/cell/cache/size`, the schema's define `numaCache`. */
interface CpuNumaCellCacheSizeElement {
  readonly '@value': WholeNumber;
  readonly '@unit': string;
}

/** `/domain/cpu/numa/cell/cache/line`, the schema's define `numaCache`. */
interface CpuNumaCellCacheLineElement {
  readonly '@value': WholeNumber;
  readonly '@unit': string;
}
