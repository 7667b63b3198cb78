"""Which part of a flight a network of receivers hears, and how exactly: pure geometry and noise.

A receiver hears an aircraft that stands above its horizon. With radio rays bent to 4/3 of the
earth's radius and hills raising the horizon by `mask_deg`, an aircraft at distance d has to be higher
than d·tan(mask) + d²/(2·4/3·R). At 10.7 km a mask of 1° gives 300 km; near the ground, little.

No receiver stands in the DPRK: that is why flights there go dark.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tracks.demonstration.kinematics import Motion
from tracks.processing.geodesy import MEAN_RADIUS_M, distance_m

EFFECTIVE_RADIUS_M = MEAN_RADIUS_M * 4 / 3
METRES_PER_DEGREE = 111_195.0


@dataclass(frozen=True, slots=True)
class Receiver:
    """A place that listens. Not a real one: somewhere near the town it is named for."""

    name: str
    longitude: float
    latitude: float
    mask_deg: float


KNEVICHI = Receiver("Knevichi", 132.15, 43.40, 0.0)  # at the airport: hears the ground too
VLADIVOSTOK = Receiver("Vladivostok", 131.9, 43.1, 1.0)
NAKHODKA = Receiver("Nakhodka", 132.9, 42.8, 1.2)
SOKCHO = Receiver("Sokcho", 128.6, 38.2, 1.0)
BAENGNYEONG = Receiver("Baengnyeong", 124.7, 37.97, 0.4)

PRIMORYE = (KNEVICHI, VLADIVOSTOK, NAKHODKA)
PRIMORYE_AND_EAST_COAST = (*PRIMORYE, SOKCHO)
PRIMORYE_AND_WEST_COAST = (*PRIMORYE, BAENGNYEONG)


def heard(motion: Motion, receivers: tuple[Receiver, ...]) -> NDArray[np.bool_]:
    """At which of its samples a movement is above the horizon of at least one receiver."""
    any_one = np.zeros(motion.time.size, dtype=bool)
    for receiver in receivers:
        distance = distance_m(receiver.longitude, receiver.latitude, motion.longitude, motion.latitude)
        needed = distance * np.tan(np.radians(receiver.mask_deg)) + distance**2 / (2 * EFFECTIVE_RADIUS_M)
        any_one |= motion.altitude + 15.0 >= needed  # the aerials of aircraft and receiver are a little up
    return any_one


def update_times(duration: float, interval: float, rng: np.random.Generator) -> NDArray[np.float64]:
    """Moments at which a position comes through, some seconds apart with jitter.

    Args:
        interval: the mean, in seconds. Single updates are missed: one in fourteen.
    """
    count = int(duration / interval * 1.6) + 10
    steps = interval * rng.uniform(0.6, 1.4, count)
    times = np.cumsum(steps[rng.random(count) < 1.0 - 1.0 / 14.0])
    return times[times < duration]


def observed(
    motion: Motion, times: NDArray[np.float64], noise_m: NDArray[np.float64] | float, rng: np.random.Generator
) -> Motion:
    """The movement as a receiver has it: at its update times, with noise on position, speed and direction."""
    seen = motion.at(times)
    north, east = rng.normal(0.0, 1.0, (2, times.size)) * noise_m
    latitude = seen.latitude + north / METRES_PER_DEGREE
    longitude = seen.longitude + east / (METRES_PER_DEGREE * np.cos(np.radians(seen.latitude)))
    return Motion(
        times,
        longitude,
        latitude,
        seen.altitude,
        np.abs(seen.ground_speed + rng.normal(0.0, 0.3, times.size)),
        (seen.track + rng.normal(0.0, 0.3, times.size)) % 360.0,
        seen.vertical_speed + rng.normal(0.0, 0.2, times.size),
        seen.on_ground,
    )


def take(motion: Motion, which: NDArray[np.bool_]) -> Motion:
    """Some of the samples of a movement."""
    return Motion(
        motion.time[which],
        motion.longitude[which],
        motion.latitude[which],
        motion.altitude[which],
        motion.ground_speed[which],
        motion.track[which],
        motion.vertical_speed[which],
        motion.on_ground[which],
    )
