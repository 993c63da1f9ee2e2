"""The recipe of docs/explore.md for SLURM, on a cluster of one node: its daemons are processes of this test, on the loopback interface."""

import os
import re
import secrets
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

import margincert as mc
from conftest import ROOT
from test_hunts import BOUNDS, FALSE, dump

DAEMONS = ("munged", "slurmctld", "slurmd")

pytestmark = [
    pytest.mark.skipif(not all(shutil.which(d, path=os.environ["PATH"] + ":/usr/sbin") for d in DAEMONS), reason="SLURM is not installed"),
    pytest.mark.skipif(not hasattr(os, "getuid") or os.getuid() != 0, reason="SLURM's daemons are started as root"),
]

CONFIGURATION = """\
ClusterName=test
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={controller}
SlurmdPort={node}
AuthType=auth/munge
AuthInfo=socket={folder}/munge/socket
CredType=cred/munge
SlurmUser=root
SlurmdUser=root
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SwitchType=switch/none
MpiDefault=none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
ReturnToService=2
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
NodeName={host} NodeAddr=127.0.0.1 CPUs={processors} State=UNKNOWN
PartitionName=all Nodes={host} Default=YES MaxTime=INFINITE State=UP
"""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def slurm(tmp_path):
    """The environment in which SLURM's commands find a cluster of this machine."""
    folder = tmp_path / "slurm"
    for part in ("munge", "state", "spool"):
        (folder / part).mkdir(parents=True, mode=0o700)
    key = folder / "munge" / "key"
    key.write_bytes(secrets.token_bytes(1024))
    key.chmod(0o600)
    host = socket.gethostname().split(".")[0]
    configuration = folder / "slurm.conf"
    ports = {"controller": free_port(), "node": free_port()}
    configuration.write_text(CONFIGURATION.format(host=host, folder=folder, processors=os.cpu_count(), **ports))
    paths = f"{Path(sys.executable).parent}:{os.environ['PATH']}:/usr/sbin"
    environment = {**os.environ, "SLURM_CONF": str(configuration), "PATH": paths}
    munge = [f"--{name}={folder}/munge/{file}" for name, file in
             {"key-file": "key", "socket": "socket", "pid-file": "pid", "log-file": "log", "seed-file": "seed"}.items()]  # fmt: skip
    commands = [["munged", "--foreground", "--force", *munge], ["slurmctld", "-D"], ["slurmd", "-D"]]
    processes = []
    try:
        for command in commands:
            with open(folder / f"{command[0]}.out", "w") as log:
                processes.append(subprocess.Popen(command, env=environment, cwd=folder, stdout=log, stderr=subprocess.STDOUT))
        deadline = time.monotonic() + 60
        while b"idle" not in subprocess.run(["sinfo", "-h", "-o", "%T"], env=environment, capture_output=True).stdout:
            said = "".join(log.read_text()[-2000:] for log in folder.glob("*.out"))
            assert time.monotonic() < deadline and all(p.poll() is None for p in processes), said
            time.sleep(0.2)
        yield environment
    finally:
        # The daemons of the nodes first, so that no job is left.
        for process in reversed(processes):
            process.terminate()
            try:
                process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def test_the_recipe_for_an_array_of_jobs_comes_to_the_same_as_one_run(slurm, tmp_path):
    guide = (ROOT / "docs" / "explore.md").read_text()
    (recipe,) = re.findall(r"^    sbatch (?:.*\n)+?    margincert db merge .*\n", guide, re.MULTILINE)
    bounds = "--units 4 --inputs 1..2 --samples 1..2 --width 1..2 --height 3"
    command = recipe.replace("question.conj", f"question.conj {bounds}").replace("0-7", "0-3").replace("/8", "/4")
    assert command.count("/4") == 1 and bounds in command
    (tmp_path / "question.conj").write_text(FALSE)
    done = subprocess.run(["bash", "-ec", command], env=slurm, cwd=tmp_path, capture_output=True, text=True, timeout=300)
    told = [path.read_text() for path in sorted(tmp_path.glob("slurm-*.out"))]
    assert done.returncode == 0, (done, told)
    assert len(told) == 4 and len(list(tmp_path.glob("part-*.db"))) == 4
    mc.explore(tmp_path / "question.conj", units=4, database=tmp_path / "whole.db", **BOUNDS)
    assert dump(tmp_path / "margincert.db") == dump(tmp_path / "whole.db")
