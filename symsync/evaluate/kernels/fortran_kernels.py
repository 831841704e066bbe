"""The kernels for one element in Fortran 2008; see `c_kernels`, which they follow line by line."""

from symsync.evaluate.kernels.c_kernels import texts_by_name
from symsync.evaluate.program import MOST_NODES

__all__ = ["SOURCES"]

_TEXT = """
elemental real(dp) function minimum(a, b) result(value)
  real(dp), intent(in) :: a, b
  value = merge(a, merge(b, a + b, b <= a), a < b)
end function

elemental real(dp) function maximum(a, b) result(value)
  real(dp), intent(in) :: a, b
  value = merge(a, merge(b, a + b, b >= a), a > b)
end function

elemental real(dp) function choose(s, a, b) result(value)
  real(dp), intent(in) :: s, a, b
  value = merge(a, b, s >= 0.0_dp)
end function

elemental real(dp) function greater(a, b) result(value)
  real(dp), intent(in) :: a, b
  value = merge(1.0_dp, 0.0_dp, a > b)
end function

elemental real(dp) function greater_equal(a, b) result(value)
  real(dp), intent(in) :: a, b
  value = merge(1.0_dp, 0.0_dp, a >= b)
end function

elemental real(dp) function equal(a, b) result(value)
  real(dp), intent(in) :: a, b
  value = merge(1.0_dp, 0.0_dp, a == b)
end function

elemental real(dp) function sign_of(x) result(value)
  real(dp), intent(in) :: x
  value = merge(1.0_dp, merge(-1.0_dp, x * 0.0_dp, x < 0.0_dp), x > 0.0_dp)
end function

elemental real(dp) function angle(y, x) result(value)
  real(dp), intent(in) :: y, x
  value = ieee_value(1.0_dp, ieee_quiet_nan)
  if (x /= 0.0_dp .or. y /= 0.0_dp) value = atan2(y, x)
end function

elemental real(dp) function power(x, y) result(value)
  real(dp), intent(in) :: x, y
  value = x**y
end function

! ln(1 + x): of the rounded sum, and what its rounding took away
elemental real(dp) function log1p(x) result(value)
  real(dp), intent(in) :: x
  real(dp) :: total
  total = 1.0_dp + x
  value = log(total)
  if (total > 0.0_dp .and. total <= huge(total)) value = value + (x - (total - 1.0_dp)) / total
end function

! exp(x) - 1, by the logarithm of the rounded exponential (Kahan)
elemental real(dp) function expm1(x) result(value)
  real(dp), intent(in) :: x
  real(dp) :: grown
  grown = exp(x)
  value = grown - 1.0_dp
  if (grown == 1.0_dp) then
    value = x
  else if (grown <= 2.0_dp .and. grown > 0.0_dp) then
    value = (grown - 1.0_dp) * (x / log(grown))
  end if
end function

! a + b - total exactly, with total = fl(a + b) (Knuth's two-sum)
elemental real(dp) function sum_error(a, b, total) result(value)
  real(dp), intent(in) :: a, b, total
  real(dp) :: shadow
  shadow = total - a
  value = (a - (total - shadow)) + (b - shadow)
end function

! a b - product exactly, with product = fl(a b) (Dekker)
elemental real(dp) function product_error(a, b, product) result(value)
  real(dp), intent(in) :: a, b, product
  real(dp) :: a_scaled, a_high, a_low, b_scaled, b_high, b_low
  a_scaled = 134217729.0_dp * a
  a_high = a_scaled - (a_scaled - a)
  a_low = a - a_high
  b_scaled = 134217729.0_dp * b
  b_high = b_scaled - (b_scaled - b)
  b_low = b - b_high
  value = a_low * b_low - (((product - a_high * b_high) - a_low * b_high) - a_high * b_low)
end function

! a difference of sums, corrected where it is below 1/128 of the first sum
elemental real(dp) function restored(rough, correction, total) result(value)
  real(dp), intent(in) :: rough, correction, total
  value = merge(rough + correction, rough, abs(rough) * 128.0_dp < total)
end function

! (exp(-x) - exp(-y)) / (y - x) * t, where |y - x| = gap t
elemental real(dp) function exp_difference(t, x, x_rest, y, y_rest, gap) result(value)
  real(dp), intent(in) :: t, x, x_rest, y, y_rest, gap
  real(dp) :: z, relative
  z = gap * t
  relative = 1.0_dp
  if (z > 0.0_dp) relative = -expm1(-z) / z
  value = t * exp(-merge(x, y, x < y)) * (1.0_dp - merge(x_rest, y_rest, x < y)) * relative
end function

! exp(-z), or 1 - exp(-z), of a node x, x_rest, y, y_rest
pure complex(dp) function decay(node, remainder) result(value)
  real(dp), intent(in) :: node(4)
  logical, intent(in) :: remainder
  real(dp) :: x, x_rest, y, y_rest, growth, cosine, sine, half
  x = node(1)
  x_rest = node(2)
  y = node(3)
  y_rest = node(4)
  growth = exp(-x) * (1.0_dp - x_rest)
  cosine = cos(y) * cos(y_rest) - sin(y) * sin(y_rest)
  sine = sin(y) * cos(y_rest) + cos(y) * sin(y_rest)
  half = sin(y / 2) * cos(y_rest / 2) + cos(y / 2) * sin(y_rest / 2)
  value = cmplx(growth * cosine, -growth * sine, dp)
  if (remainder) value = cmplx( &
    -expm1(-x) + growth * x_rest + 2 * growth * (half * half), growth * sine, dp)
end function

! (1 - exp(-z)) / z, a Taylor series for |z| < 1
pure complex(dp) function one_node(node) result(value)
  real(dp), intent(in) :: node(4)
  complex(dp) :: whole, term
  integer :: k
  whole = cmplx(node(1) + node(2), node(3) + node(4), dp)
  value = 1.0_dp
  term = 1.0_dp
  if (hypot(node(1), node(3)) >= 1.0_dp) then
    value = decay(node, .true.) / whole
    return
  end if
  do k = 2, 20
    term = -whole * term / k
    value = value + term
  end do
end function

! second - first, of nodes x, x_rest, y, y_rest, with what the differences lose
pure function apart(first, second) result(gap)
  real(dp), intent(in) :: first(4), second(4)
  real(dp) :: gap(4)
  integer :: k
  do k = 1, 3, 2
    gap(k) = second(k) - first(k)
    gap(k + 1) = sum_error(second(k), -first(k), gap(k)) + (second(k + 1) - first(k + 1))
  end do
end function

! (exp(-z1) - exp(-z2)) / (z2 - z1)
pure complex(dp) function two_nodes(first, second) result(value)
  real(dp), intent(in) :: first(4), second(4)
  if (second(1) < first(1)) then
    value = decay(second, .false.) * one_node(apart(second, first))
  else
    value = decay(first, .false.) * one_node(apart(first, second))
  end if
end function

! the divided difference of exp at 0 and at some -z, |z| < 1
pure complex(dp) function near_nodes(z) result(value)
  complex(dp), intent(in) :: z(:)
  complex(dp) :: powers(size(z)), carried
  real(dp) :: factorial
  integer :: k, index
  powers = 1.0_dp
  factorial = 1.0_dp
  do k = 2, size(z)
    factorial = factorial * k
  end do
  value = 1.0_dp / factorial
  do k = 1, 19
    factorial = factorial * (k + size(z))
    carried = 0.0_dp
    do index = 1, size(z)
      carried = carried - z(index) * powers(index)
      powers(index) = carried
    end do
    value = value + carried / factorial
  end do
end function

! the divided difference of exp at those -z whose bits are set in members: of three or more, from
! those of the ones without the two that are farthest apart, unless all are near
pure complex(dp) function some_nodes(nodes, members, found) result(value)
  real(dp), intent(in) :: nodes(:, :)
  integer, intent(in) :: members
  complex(dp), intent(in) :: found(0:)
  complex(dp) :: gaps(size(nodes, 2))
  real(dp) :: far, distance, gap(4)
  integer :: a, b, first, count, j, k
  far = -1.0_dp
  a = 1
  b = 1
  first = 0
  count = 0
  do j = 1, size(nodes, 2)
    if (.not. btest(members, j - 1)) cycle
    if (first == 0) then
      first = j
    else
      gap = apart(nodes(:, first), nodes(:, j))
      count = count + 1
      gaps(count) = cmplx(gap(1) + gap(2), gap(3) + gap(4), dp)
    end if
    do k = j + 1, size(nodes, 2)
      distance = hypot(nodes(1, k) - nodes(1, j), nodes(3, k) - nodes(3, j))
      if (btest(members, k - 1) .and. .not. distance <= far) then
        far = distance
        a = j
        b = k
      end if
    end do
  end do
  if (count < 1) then
    value = ieee_value(1.0_dp, ieee_quiet_nan)
  else if (count == 1) then
    value = two_nodes(nodes(:, a), nodes(:, b))
  else if (far < 1.0_dp) then
    value = decay(nodes(:, first), .false.) * near_nodes(gaps(:count))
  else
    gap = apart(nodes(:, a), nodes(:, b))
    value = (found(ibclr(members, b - 1)) - found(ibclr(members, a - 1))) &
      / cmplx(gap(1) + gap(2), gap(3) + gap(4), dp)
  end if
end function

! the divided difference of exp(s t) at all -z / t, which come as four numbers each
pure complex(dp) function all_nodes(t, numbers) result(value)
  real(dp), intent(in) :: t, numbers(:)
  complex(dp) :: found(0:2**(size(numbers) / 4) - 1)
  integer :: members, k
  found = 0.0_dp
  do members = 3, size(found) - 1
    found(members) = some_nodes(reshape(numbers, [4, size(numbers) / 4]), members, found)
  end do
  value = found(size(found) - 1)
  do k = 2, size(numbers) / 4
    value = cmplx(real(value, dp) * t, aimag(value) * t, dp)
  end do
end function
"""

SOURCES = texts_by_name(_TEXT)
"""The text of each kernel after those that it calls."""


def _divided_difference(count: int) -> str:
    """Return the text of `divided_difference_n`, which takes t and four numbers of each node."""
    nodes = ", &\n  ".join(f"x{k}, dx{k}, y{k}, dy{k}" for k in range(count))
    return (
        f"pure complex(dp) function divided_difference_{count}(t, &\n  {nodes}) result(value)\n"
        f"  real(dp), intent(in) :: t, &\n  {nodes}\n  value = all_nodes(t, [ &\n  {nodes}])\n"
        "end function"
    )


SOURCES |= {f"divided_difference_{n}": _divided_difference(n) for n in range(2, MOST_NODES + 1)}
