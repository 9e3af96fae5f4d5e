from ._errors import CapacityError as CapacityError
from ._errors import Error as Error
from ._errors import FormatError as FormatError
from ._errors import GeometryError as GeometryError
from ._errors import SolverError as SolverError
from ._matrix import matrix as matrix
from ._operator import Operator as Operator
from ._operator import SeparatedOperator as SeparatedOperator
from ._operator import operator as operator
from ._operator import separated as separated

__version__: str
__all__: list[str]
