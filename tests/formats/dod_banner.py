"""The banner parser of codice/alliance (LGPL), asked over its own classes: an oracle for lines of the United States.

`COMITY_DOD_CLASSES` is a class path with its compiled classes and what they need (guava, commons-lang), and `java` has
to be found. Nothing of it is kept here.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

VARIABLE = "COMITY_DOD_CLASSES"
_DRIVER = """
import java.io.*; import java.util.*; import java.util.stream.*; import org.codice.alliance.security.banner.marking.*;
public class Driver {
  static String list(List<?> all) {
    return all.stream().map(one -> one == null ? "null" : "\\"" + one + "\\"")
      .collect(Collectors.joining(",", "[", "]"));
  }
  public static void main(String[] args) throws Exception {
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in, "UTF-8"));
    for (String line; (line = in.readLine()) != null; ) {
      try {
        BannerMarkings b = BannerMarkings.parseMarkings(line);
        System.out.println("{\\"level\\":\\"" + b.getClassification() + "\\",\\"rel\\":" + list(b.getRelTo())
          + ",\\"display\\":" + list(b.getDisplayOnly()) + ",\\"flags\\":" + list(b.getDisseminationControls())
          + ",\\"other\\":" + list(b.getOtherDissemControl()) + ",\\"joint\\":" + list(b.getJointAuthorities()) + "}");
      } catch (MarkingsValidationException e) {
        System.out.println("{\\"errors\\":" + list(e.getErrors().stream()
          .map(one -> one.getAppendix() + " " + one.getParagraph()).collect(Collectors.toList())) + "}");
      } catch (RuntimeException e) {
        System.out.println("{\\"errors\\":[\\"" + e.getClass().getSimpleName() + "\\"]}");
      }
    }
  }
}
"""


def why_not() -> str | None:
    """Why the oracle cannot be asked here; None where it can."""
    if not os.environ.get(VARIABLE):
        return f"{VARIABLE} names no classes of the banner parser of codice/alliance"
    return None if shutil.which("java") else "no java is found; on Debian: apt-get install default-jdk-headless"


def answers(lines: Sequence[str], folder: Path) -> list[dict[str, Any]]:
    """What the oracle says of some lines: `errors` of one that it refuses, else what it read."""
    (folder / "Driver.java").write_text(_DRIVER, "utf-8")
    words = ["java", "-cp", os.environ[VARIABLE], "Driver.java"]
    asked = subprocess.run(
        words, cwd=folder, input="\n".join(lines) + "\n", capture_output=True, text=True, check=True, timeout=120
    )
    return [json.loads(line) for line in asked.stdout.splitlines()]
