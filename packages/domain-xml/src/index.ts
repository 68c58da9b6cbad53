export { buildDomain } from './build.ts';
export type {
  ChannelElement,
  CharacterBackend,
  CharacterLogElement,
  ConsoleElement,
  SerialElement,
} from './character-devices.ts';
export type {
  AliasElement,
  BlockDiskElement,
  BridgeInterfaceElement,
  DeviceBootElement,
  DevicesElement,
  DiskDriverElement,
  DiskElement,
  DiskTargetElement,
  EthernetInterfaceElement,
  FileDiskElement,
  GraphicsElement,
  GraphicsListenElement,
  InterfaceElement,
  NetworkInterfaceElement,
  UserInterfaceElement,
} from './devices.ts';
export type {
  ClockElement,
  CrashAction,
  DomainDocument,
  FeaturesElement,
  LifecycleAction,
  MemoryElement,
  MemoryUnit,
  OsElement,
  OsTypeElement,
  VcpuElement,
} from './document.ts';
export { DomainXmlError, type DomainXmlErrorCode, type DomainXmlErrorPlace } from './error.ts';
export { mergeXml } from './merge.ts';
export { renderSchemaProblem, type SchemaProblem } from './relaxng/problem.ts';
export { compileSchema, type DomainSchema } from './relaxng/schema.ts';
export type { AttributeNode, ElementNode, ParsedXml, XmlNode } from './xml/node.ts';
export { parseXml } from './xml/parse-xml.ts';
export { renderXml } from './xml/render-xml.ts';
export type { EmptyElement, WholeNumber, XmlContent, XmlElement, XmlText } from './xml-element.ts';
