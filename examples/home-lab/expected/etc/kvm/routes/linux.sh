#!/bin/sh
# The guests behind 192.168.100.1. Run as root; safe to run again. The routes are lost at a restart.
set -eu
ip route replace 172.16.60.0/24 via 192.168.100.1 # common
ip route replace 172.16.61.0/24 via 192.168.100.1 # db
ip route replace 172.16.62.0/24 via 192.168.100.1 # aj
ip route replace 172.16.65.0/24 via 192.168.100.1 # public
ip route replace 172.16.66.0/24 via 192.168.100.1 # private
