rem The guests behind 192.168.100.1. Run as administrator; safe to run again. -p keeps the routes over a restart.
rem common
route DELETE 172.16.60.0 MASK 255.255.255.0 >nul 2>&1
route -p ADD 172.16.60.0 MASK 255.255.255.0 192.168.100.1
rem db
route DELETE 172.16.61.0 MASK 255.255.255.0 >nul 2>&1
route -p ADD 172.16.61.0 MASK 255.255.255.0 192.168.100.1
rem aj
route DELETE 172.16.62.0 MASK 255.255.255.0 >nul 2>&1
route -p ADD 172.16.62.0 MASK 255.255.255.0 192.168.100.1
rem public
route DELETE 172.16.65.0 MASK 255.255.255.0 >nul 2>&1
route -p ADD 172.16.65.0 MASK 255.255.255.0 192.168.100.1
rem private
route DELETE 172.16.66.0 MASK 255.255.255.0 >nul 2>&1
route -p ADD 172.16.66.0 MASK 255.255.255.0 192.168.100.1
