"""Hunts on one machine."""

import os
import sqlite3
import subprocess
import sys
import time

import pytest

import margincert as mc
from conftest import interrupt

FALSE = "kkt & diagonal & linear & depth == 2 -> local_optimum"
TRUE = "kkt & dense & relu & depth == 2 & nonzero_inputs -> local_optimum"


def dump(path):
    """Every row of every table, which is all that a database holds."""
    connection = sqlite3.connect(path)
    try:
        return sorted(connection.iterdump())
    finally:
        connection.close()


def test_a_false_conjecture_is_broken(tmp_path):
    hunt = mc.explore(FALSE, units=2, database=tmp_path / "hunt.db")
    assert hunt.verdict is mc.HuntVerdict.BROKEN and hunt.ended is mc.Ended.COMPLETE
    assert hunt.finds and hunt.database == str(tmp_path / "hunt.db") and not hunt.failures
    for find in hunt.finds:
        assert all(find.certificate.check())
        assert "not_local_optimum" in {claim.name for claim in find.certificate.claims}
    assert hunt.counts.broken >= 1 and "BROKEN".lower() in repr(hunt) and "<svg" in hunt._repr_html_()
    again = mc.explore(FALSE, units=2, database=tmp_path / "hunt.db")
    assert again == hunt


def test_nothing_is_kept_unless_one_names_a_place(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    hunt = mc.explore(TRUE, units=1, inputs=(1, 2), width=1, samples="1..2", height=2)
    assert hunt.verdict is mc.HuntVerdict.OPEN and not hunt.finds and hunt.database is None
    assert hunt.counts.kkt == hunt.counts.holds + hunt.counts.vacuous + hunt.counts.undecided > 0
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "arguments, words",
    [
        ({"conjecture": "kkt -> fame"}, "cannot be read"),
        ({"conjecture": "relu -> local_optimum"}, "must assume `kkt`"),
        ({"conjecture": "nowhere.conj"}, "no such file"),
        ({"conjecture": TRUE, "depth": 0}, "depth"),
        ({"conjecture": TRUE, "inputs": (3, 1)}, "3 is more than 1"),
        ({"conjecture": TRUE, "source": "neighbours"}, "neighbours of what"),
        ({"conjecture": TRUE, "source": "heaven"}, "invalid value 'heaven'"),
        ({"conjecture": TRUE, "instances": 1, "units": 1}, "cannot be used with"),
        ({"conjecture": TRUE, "time_limit": -1}, "--time-limit"),
        ({"conjecture": "--help"}, "cannot be read"),
    ],
)
def test_what_makes_no_sense_is_refused(arguments, words):
    with pytest.raises(mc.HuntError, match=words):
        mc.explore(**arguments)


def test_what_is_no_database_is_refused(tmp_path):
    path = tmp_path / "thesis.tex"
    path.write_text("years" * 1000)
    with pytest.raises(mc.MargincertError):
        mc.explore(TRUE, units=1, database=path)
    with pytest.raises(mc.DatabaseError):
        mc.merge(path, tmp_path / "nowhere.db")
    assert path.read_text() == "years" * 1000
    with pytest.raises(mc.DatabaseError, match="nowhere.db"):
        mc.merge(tmp_path / "new.db", tmp_path / "nowhere.db")
    with pytest.raises(ValueError, match="client"):
        mc.explore(TRUE, shards=2)


BOUNDS = {"inputs": (1, 2), "samples": (1, 2), "width": (1, 2), "height": 3, "keep_going": True}


def test_a_hunt_goes_on_where_it_was_ended_and_comes_to_the_same(tmp_path):
    whole, parts = tmp_path / "whole.db", tmp_path / "parts.db"
    hunt = mc.explore(FALSE, units=6, database=whole, **BOUNDS)
    told = []

    class Enough(Exception):
        pass

    def until(progress):
        told.append(progress)
        if progress.done >= 1:
            raise Enough

    # A run that is faster than its progress is told ends by itself.
    try:
        mc.explore(FALSE, units=6, database=parts, threads=1, progress=until, **BOUNDS)
    except Enough:
        pass
    time.sleep(2.5)
    resumed = mc.explore(FALSE, units=6, database=parts, resume=True, **BOUNDS)
    assert dump(parts) == dump(whole)
    assert resumed.finds == hunt.finds and resumed.counts == hunt.counts and told


def test_parts_of_a_hunt_are_joined(tmp_path):
    whole, joined = tmp_path / "whole.db", tmp_path / "joined.db"
    mc.explore(FALSE, units=4, database=whole, **BOUNDS)
    mc.merge(joined, whole)
    mc.merge(joined, [whole, whole])
    assert dump(joined) == dump(whole)


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
def test_ctrl_c_ends_a_hunt_and_loses_nothing(tmp_path):
    path = tmp_path / "hunt.db"
    hunt = f"mc.explore({TRUE!r}, instances=10_000_000, database=sys.argv[1], keep_going=True)"
    interrupt("import margincert as mc", hunt, str(path), after=3)
    hunt = mc.explore(TRUE, instances=10_000_000, database=path, keep_going=True, resume=True, time_limit=0)
    assert hunt.ended is mc.Ended.TIME_LIMIT and hunt.done < hunt.units
    assert dump(path)


def test_what_is_done_is_success_for_a_scheduler(tmp_path):
    def status(*arguments):
        command = [sys.executable, "-m", "margincert", "explore", FALSE, "--units=2", f"--db={tmp_path}/a.db", *arguments]
        return subprocess.run(command, capture_output=True).returncode

    assert status("--shard=0/2", "--done-is-success") == 0
    assert status("--shard=0/2") == 1
    assert status("--shard=2/3", "--done-is-success") == 0, "a shard without units is done"
    assert status("--shard=1/2", "--done-is-success", "--time-limit=0") == 3
    assert status("--shard=2/2", "--done-is-success") == 2


@pytest.mark.skipif(os.name == "nt", reason="a recipe for POSIX")
def test_the_recipe_for_xargs_comes_to_the_same_as_one_run(tmp_path):
    bounds = "--units 4 --inputs 1..2 --samples 1..2 --width 1..2 --height 3"
    (tmp_path / "question.conj").write_text(FALSE)
    command = f"{sys.executable} -m margincert"
    recipe = (
        f"seq 0 5 | xargs -P 2 -I {{}} {command} explore question.conj {bounds} --keep-going --shard {{}}/6 --db part-{{}}.db --resume "
        f"--done-is-success && {command} db merge part-*.db"
    )
    done = subprocess.run(recipe, shell=True, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done
    mc.explore(tmp_path / "question.conj", units=4, database=tmp_path / "whole.db", **BOUNDS)
    assert dump(tmp_path / "margincert.db") == dump(tmp_path / "whole.db")
