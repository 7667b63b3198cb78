"""Every parser against damaged files, a bounded run of tests/fuzz; a long one is `python -m tests.fuzz.run all`."""

import dataclasses
import random

import pytest

from tests.fuzz.run import case
from tests.fuzz.seeds import seeds_of, settings_of
from tests.fuzz.target import check, read
from tracks.formats.registry import PARSERS

EXECUTIONS = 60


@pytest.mark.parametrize("parser", PARSERS, ids=lambda parser: parser.name)
def test_seeds_are_sound_files_that_the_parser_takes_for_its_own(parser):
    for seed in seeds_of(parser.name):
        assert parser.sniff(seed[: 1 << 16]), "not recognised"
        reading = read(parser, seed, dataclasses.replace(settings_of(parser.name), time_zone="UTC"))
        assert reading.refusal is None
        assert reading.fixes


@pytest.mark.parametrize("parser", PARSERS, ids=lambda parser: parser.name)
def test_a_damaged_file_is_read_or_refused_and_the_same_however_its_bytes_come_in(parser):
    seeds, settings = seeds_of(parser.name), settings_of(parser.name)
    for number in range(EXECUTIONS):
        data, chance = case(seeds, 1, number)
        try:
            check(parser, data, chance, settings)
        except Exception as error:
            error.add_note(f"python -m tests.fuzz.run {parser.name} --seed 1 --first {number} --seconds 1")
            raise


@pytest.mark.parametrize("parser", PARSERS, ids=lambda parser: parser.name)
def test_a_file_cut_off_anywhere_is_read_as_far_as_it_goes_or_refused(parser):
    seed = max(seeds_of(parser.name), key=len)
    chance = random.Random(1)
    for end in sorted({0, 1, *(chance.randrange(len(seed)) for _ in range(25))}):
        check(parser, seed[:end], chance, settings_of(parser.name))
