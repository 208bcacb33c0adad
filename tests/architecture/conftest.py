"""What the rules of the tree are checked against: the services as they declare themselves, and the files as they lie."""

from __future__ import annotations

from pathlib import Path

import pytest
from kim_tools.declared import application, declared_services
from kim_tools.tree import ROOT, SERVICES, libraries

PACKAGES = {
    **{f"kim_{name}": ROOT / f"services/{name}/kim_{name}" for name in SERVICES},
    **{f"kim_{name}": ROOT / f"shared/{name}/kim_{name}" for name in libraries()},
}


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test that asks for `service_name` or `package` runs once for each."""
    if "service_name" in metafunc.fixturenames:
        metafunc.parametrize("service_name", SERVICES)
    if "package" in metafunc.fixturenames:
        metafunc.parametrize("package", sorted(PACKAGES))


@pytest.fixture(scope="session")
def services():
    return {service.name: service for service in declared_services()}


@pytest.fixture
def service(services, service_name):
    return services[service_name]


@pytest.fixture(scope="session")
def apps(services):
    return {name: application(service) for name, service in services.items()}


@pytest.fixture
def app(apps, service_name):
    return apps[service_name]


@pytest.fixture
def folder(package) -> Path:
    return PACKAGES[package]


@pytest.fixture(scope="session")
def product_files() -> list[Path]:
    """Every Python file of the services, the libraries, the demonstration and the tools."""
    return [path for pattern in ("services", "shared", "deploy", "tools") for path in sorted((ROOT / pattern).rglob("*.py"))]
