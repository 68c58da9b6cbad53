/** What `kvmctl init` writes: a small inventory that is valid as it is, and says what each key is for. */
export const firstInventory = `# A KVM host, its guests and its neighbours. Whatever is not written here follows from it.
#   kvmctl validate   checks this file
#   kvmctl show       tells what follows: addresses, interfaces, volumes, routes
#   kvmctl firewall   tells what a policy opens, and why
#   kvmctl schema     is for editors that complete and check as you type

# The DNS domain of all names in this file.
domain: home.arpa

# The machine that runs the guests, and routes between them and the LAN.
host:
  name: management
  address: 192.168.100.1/24 # its address on the LAN; the LAN is 192.168.100.0/24 then
  uplink: eth0 # its interface on the LAN
  # gateway: 192.168.100.254 # the LAN's own router, if there is one
  vg: vg # the LVM volume group of the guests' disks
  kernel: /boot/kvm.current/vmlinuz # all guests boot this kernel of the host; they need no boot loader

# Each guest gets a subnet of its own from these: VMID 65 gets 172.16.65.0/24 and fd00:61:0:65::/64.
ranges:
  ipv4: 172.16.0.0/12
  # ipv6: fd00:61::/48

# Networks by name.
networks:
  home: 192.168.100.0/24

# Other machines by name.
machines:
  hoge: 192.168.100.2

# What every guest has that does not say otherwise.
defaults:
  memory: 512 MiB
  vcpus: 1
  disks: { root: 8 GiB, var: 4 GiB, swap: 512 MiB } # logical volumes: /dev/vg/public.root is vda, and so on

# Guests by name. The VMID is all that a guest needs: from 65 follow its subnet, 172.16.65.1 inside, 172.16.65.254 and
# tun65 on the host, MAC address 52:54:00:61:65:01, VNC port 5965 and console /dev/pts/65.
guests:
  db:
    vmid: 61
    memory: 1 GiB
    disks: { data: 100 GiB } # one more than the others have
    autostart: { order: 10, delay: 10 s } # starts with the host, first; 10 s later the next one

  public:
    vmid: 65

  private:
    vmid: 66
    autostart: false # does not start with the host
    state: stopped # and does not run now

# Who may talk to whom, first match first. With a policy, what no row opens is closed from and to guests.
# policy:
#   - { from: home, to: guests, service: ssh }
#   - { from: public, to: db, service: tcp/5432 }
`;
