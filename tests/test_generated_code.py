from pathlib import Path

import pytest
from grpc_tools import protoc

ROOT = Path(__file__).parents[1]
PROTO_FILES = sorted((ROOT / "proto").rglob("*.proto"))
WELL_KNOWN = Path(protoc.__file__).parent / "_proto"


@pytest.fixture(scope="module")
def regenerated(tmp_path_factory) -> Path:
    """A folder with the code that the compiler makes of all ``proto`` files."""
    folder = tmp_path_factory.mktemp("generated")
    arguments = ["protoc", f"-I{ROOT / 'proto'}", f"-I{WELL_KNOWN}"]
    arguments += [f"--{kind}_out={folder}" for kind in ("python", "pyi", "grpc_python")]
    assert protoc.main([*arguments, *map(str, PROTO_FILES)]) == 0
    return folder


def generated_files(folder: Path) -> set[Path]:
    patterns = ("*_pb2.py", "*_pb2.pyi", "*_pb2_grpc.py")
    return {path.relative_to(folder) for pattern in patterns for path in folder.rglob(pattern)}


def test_the_contract_is_among_the_proto_files():
    names = {path.relative_to(ROOT / "proto").as_posix() for path in PROTO_FILES}

    assert names >= {"roadside/v2x/v1/scene.proto", "roadside/v2x/v1/perception_service.proto"}


@pytest.mark.parametrize("proto_file", PROTO_FILES, ids=lambda path: path.stem)
def test_generated_code_is_what_the_compiler_makes_of_its_proto_file(regenerated, proto_file):
    stem = proto_file.relative_to(ROOT / "proto").with_suffix("")

    # The gRPC half of a file without a service is empty and need not be kept.
    has_service = "\nservice " in proto_file.read_text()
    for ending in ("_pb2.py", "_pb2.pyi", "_pb2_grpc.py") if has_service else ("_pb2.py", "_pb2.pyi"):
        path = stem.with_name(stem.name + ending)
        assert (ROOT / path).read_text() == (regenerated / path).read_text(), f"{path}: run protoc again"


def test_no_generated_code_is_left_of_a_proto_file_that_is_gone(regenerated):
    in_project = {Path("roadside") / path for path in generated_files(ROOT / "roadside")}

    assert in_project <= generated_files(regenerated)


def test_every_folder_of_generated_code_is_a_package_so_that_the_import_rules_see_it(regenerated):
    for path in generated_files(regenerated):
        assert (ROOT / path.parent / "__init__.py").read_text() == ""
