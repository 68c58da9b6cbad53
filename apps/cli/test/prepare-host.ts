/** A host with a LAN, a volume group on two disks and a libvirtd, and nothing that apply would make; its log is not that of this machine. */
export const prepareHost = `
set -e
mount -t tmpfs tmpfs /var/log
modprobe dummy; modprobe tun; modprobe dm_thin_pool
ip link add eth0 type dummy; ip address add 192.168.100.1/24 dev eth0; ip link set eth0 up; ip link set lo up
printf '%s\\n' 'activation { monitoring=0 udev_sync=0 udev_rules=0 }' 'backup { backup=0 archive=0 }' >/etc/lvm/lvmlocal.conf
vgcreate -qq vg /dev/vda /dev/vdb
mkdir -p /boot/kvm.current /etc/libvirt /var/log/libvirt/qemu /var/lib/libvirt /var/cache/libvirt
cp /var/cache/kvm-lab/*/vmlinuz /boot/kvm.current/
cp /var/cache/kvm-lab/*/guest-initrd.img /boot/kvm.current/initrd.img
id -u libvirt-qemu >/dev/null 2>&1 || { echo libvirt-qemu:x:64055:64055::/nonexistent:/usr/sbin/nologin >>/etc/passwd; echo libvirt-qemu:x:64055: >>/etc/group; }
echo 'auth_unix_rw = "none"' >/etc/libvirt/libvirtd.conf
printf '%s\\n' 'user = "root"' 'group = "root"' 'dynamic_ownership = 0' 'security_driver = "none"' 'cgroup_controllers = []' 'namespaces = []' 'stdio_handler = "file"' >/etc/libvirt/qemu.conf
libvirtd --daemon
`;
