"""Which files an installed attnviz holds; all else that there is to say of the package stands in pyproject.toml.

The trained variants lie in `pretrained/`, beside the package, and are installed inside it, as `attnviz/pretrained`.
"""

from setuptools import find_packages, setup

setup(
    packages=[*find_packages(include=["attnviz", "attnviz.*"]), "attnviz.pretrained"],
    package_dir={"attnviz.pretrained": "pretrained"},
    package_data={"": ["**/*"]},
    exclude_package_data={"": ["**/__pycache__/*"]},
)
