"""KML as its writers write it, made from their public sources and documentation."""

from __future__ import annotations

from collections.abc import Sequence

HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
SPACES = 'xmlns="http://www.opengis.net/kml/2.2" xmlns:gx="http://www.google.com/kml/ext/2.2"'

Fix = tuple[str, float, float, float]  # when, longitude, latitude, metres


def kml(body: str) -> bytes:
    """A document with a body."""
    return f"{HEAD}<kml {SPACES}>\n<Document>\n{body}\n</Document>\n</kml>\n".encode()


def track(fixes: Sequence[Fix], *, mode: str = "absolute", interleaved: bool = False, extra: str = "") -> str:
    """A gx:Track with all times before all positions, or in turn."""
    whens = [f"<when>{fix[0]}</when>" for fix in fixes]
    coords = [f"<gx:coord>{fix[1]} {fix[2]} {fix[3]}</gx:coord>" for fix in fixes]
    lists = [text for pair in zip(whens, coords, strict=True) for text in pair] if interleaved else whens + coords
    stated = f"<altitudeMode>{mode}</altitudeMode>\n" if mode else ""
    return "<gx:Track>\n" + stated + "\n".join(lists) + f"\n{extra}</gx:Track>"


def placemark(inner: str, name: str = "") -> str:
    """A placemark, with a name where there is one."""
    return f"<Placemark>{f'<name>{name}</name>' if name else ''}{inner}</Placemark>"


def point(when: str, longitude: float, latitude: float, metres: float = 0.0, name: str = "") -> str:
    """A placemark of one timed point."""
    return placemark(
        f"<TimeStamp><when>{when}</when></TimeStamp><Point><altitudeMode>absolute</altitudeMode>"
        f"<coordinates>{longitude},{latitude},{metres}</coordinates></Point>",
        name,
    )


def times(count: int, start: int = 0, step: int = 1) -> list[str]:
    """Times from 2024-03-21T10:00:00Z on."""
    seconds = [start + step * i for i in range(count)]
    return [f"2024-03-21T{10 + s // 3600:02d}:{s // 60 % 60:02d}:{s % 60:02d}Z" for s in seconds]


def tar1090(aircraft: dict[str, list[tuple[bool, Sequence[Fix]]]]) -> bytes:
    """What tar1090 exports: for each name, its sections (on the ground or not, fixes), their last position doubled."""
    folders = ""
    for name, sections in aircraft.items():
        folders += f"<Folder ><name >{name} track</name>\n"
        for ground, fixes in sections:
            doubled = [*fixes, fixes[-1]]
            folders += (
                f"<Placemark ><name >{name}</name>\n<Style ><LineStyle ><width >4</width>\n</LineStyle>\n</Style>\n"
            )
            folders += "<gx:Track >" + ("" if ground else "<altitudeMode >absolute</altitudeMode>\n")
            folders += f"<extrude >{0 if ground else 1}</extrude>\n"
            folders += "".join(f"<when >{when}</when>\n" for when, *_ in doubled)
            folders += "".join(f"<gx:coord >{x} {y} {0 if ground else z}</gx:coord>\n" for _, x, y, z in doubled)
            folders += "</gx:Track>\n</Placemark>\n"
        folders += "</Folder>\n"
    return f"{HEAD}<kml {SPACES}><Folder >{folders}</Folder>\n</kml>\n".encode()


def flightaware(fixes: Sequence[Fix], *, german: bool = False, destination: bool = True) -> bytes:
    """What FlightAware exports, in English or German."""

    def airport(code: str, longitude: float, latitude: float) -> str:
        host, words = ("de.flightaware.com", "Flughafen") if german else ("www.flightaware.com", "Airport")
        return (
            f"    <Placemark>\n        <name>{code} {words}</name>\n        <description><![CDATA[x <br> y<br>"
            f"<a href='http://{host}/live/airport/{code}'>{code}</a><br>"
            f"<a href='http://{host}/resources/airport/{code}'>{code}</a>]]></description>\n        <Point>\n"
            f"            <coordinates>{longitude},{latitude},0</coordinates>\n        </Point>\n    </Placemark>\n"
        )

    title = "FlightAware ✈ KOR271 21-" + ("März" if german else "Mar") + "-2024 (VVO / UHWW-FNJ / ZKPY)"
    airports = airport("UHWW", 132.148, 43.399) + (airport("ZKPY", 125.67, 39.224) if destination else "")
    body = track(fixes).replace("<gx:Track>", "<gx:Track><extrude>1</extrude><tessellate>1</tessellate>")
    description = "<description>VVO / UHWW - FNJ / ZKPY</description>"
    return kml(f"    <name>{title}</name>\n{airports}" + placemark(description + body, "KOR271"))


def flightradar24(fixes: Sequence[tuple[str, float, float, int, int, int]], *, trail: bool = True) -> bytes:
    """What Flightradar24 exports: fixes are when, longitude, latitude, feet, knots, degrees."""
    points, lines = "", ""
    for number, (when, longitude, latitude, feet, knots, degrees) in enumerate(fixes):
        points += f"""      <Placemark>
        <name>{when.replace("T", " ")[:19]} UTC</name>
        <description><![CDATA[<div><div><span><b>Altitude:</b></span> <span>{feet:,} ft</span></div>
<div><span><b>Speed:</b></span> <span>{knots} kt</span></div>
<div><span><b>Heading:</b></span> <span>{degrees}&deg;</span></div>
</div>]]></description>
        <TimeStamp>
          <when>{when}</when>
        </TimeStamp>
        <Style>
          <IconStyle>
            <heading>{degrees}</heading>
          </IconStyle>
        </Style>
        <Point>
          <altitudeMode>absolute</altitudeMode>
          <coordinates>{longitude},{latitude},{round(feet * 0.3048, 2)}</coordinates>
        </Point>
      </Placemark>
"""
        lines += f"""      <Placemark>
        <MultiGeometry>
          <LineString>
            <coordinates>{longitude},{latitude},0 {longitude},{latitude},0</coordinates>
          </LineString>
        </MultiGeometry>
        <name>P-{number}</name>
      </Placemark>
"""
    site = "https://www.flightradar24.com"
    about = f"""<![CDATA[<div><span style="font-weight: bold;"><a href="{site}/flight/js272">JS272</a></span>
 / KOR272<br/>Air Koryo</div>
<a title="Vladivostok Airport" href="{site}/airport/vvo/departures"><h3>VVO</h3>Vladivostok</a>
<a title="Pyongyang Airport" href="{site}/airport/fnj/arrivals"><h3>FNJ</h3>Pyongyang</a>
<td>
Aircraft<span style="float: right; font-size: 12px;">(T204)</span><br>
<span style="color: #333; font-size: 16px;">Tupolev Tu-204-300</span>
</td><td>
Registration<br>
<span style="color: #333;"><a href="{site}/reg/p-632" style="text-decoration: none;">P-632</a></span>
</td></div>]]>"""
    route = f"    <Folder>\n      <name>Route</name>\n{points}    </Folder>\n"
    tail = f"    <Folder>\n      <name>Trail</name>\n{lines}    </Folder>\n" if trail else ""
    return (
        f'{HEAD}<kml xmlns="http://www.opengis.net/kml/2.2">\n  <Document>\n    <name>JS272/KOR272</name>\n'
        f"    <description>{about}</description>\n{route}{tail}  </Document>\n</kml>\n"
    ).encode()
