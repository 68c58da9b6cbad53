#!/bin/sh
# The guests behind 192.168.100.1. Run as root; safe to run again. The routes are lost at a restart.
# common
route -n delete -net 172.16.60.0/24 >/dev/null 2>&1
route -n add -net 172.16.60.0/24 192.168.100.1
# db
route -n delete -net 172.16.61.0/24 >/dev/null 2>&1
route -n add -net 172.16.61.0/24 192.168.100.1
# aj
route -n delete -net 172.16.62.0/24 >/dev/null 2>&1
route -n add -net 172.16.62.0/24 192.168.100.1
# public
route -n delete -net 172.16.65.0/24 >/dev/null 2>&1
route -n add -net 172.16.65.0/24 192.168.100.1
# private
route -n delete -net 172.16.66.0/24 >/dev/null 2>&1
route -n add -net 172.16.66.0/24 192.168.100.1
