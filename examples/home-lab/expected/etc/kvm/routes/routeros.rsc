# The guests behind 192.168.100.1. RouterOS 7: /import file-name=kvm.rsc
/ip/route/remove [find where comment~"^kvm: "]
/ip/route/add dst-address=172.16.60.0/24 gateway=192.168.100.1 comment="kvm: common"
/ip/route/add dst-address=172.16.61.0/24 gateway=192.168.100.1 comment="kvm: db"
/ip/route/add dst-address=172.16.62.0/24 gateway=192.168.100.1 comment="kvm: aj"
/ip/route/add dst-address=172.16.65.0/24 gateway=192.168.100.1 comment="kvm: public"
/ip/route/add dst-address=172.16.66.0/24 gateway=192.168.100.1 comment="kvm: private"
/ipv6/route/remove [find where comment~"^kvm: "]
