"""A small process that starts the one to be measured: the kernel counts a parent's memory at the fork as its child's.

python launch.py REPORT WORDS… runs `python WORDS…` within limits, and writes its exit status, seconds and kibibytes to REPORT.
"""

import os
import resource
import sys

CPU_SECONDS = 20
ADDRESS_BYTES = 2 << 30


def main() -> None:
    report, *words = sys.argv[1:]
    child = os.fork()
    if child == 0:
        resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS + 2))
        resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_BYTES, ADDRESS_BYTES))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        os.execv(sys.executable, [sys.executable, *words])
    _, status, usage = os.wait4(child, 0)
    with open(report, "w") as out:
        out.write(f"{os.waitstatus_to_exitcode(status)} {usage.ru_utime + usage.ru_stime} {usage.ru_maxrss}")


main()
