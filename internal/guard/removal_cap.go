package guard

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// CapForm describes the values that ParseCap accepts, for descriptions and messages.
const CapForm = "a whole number from 0, such as 3, or a whole percentage from 1% to 100%, such as 25%"

// DefaultCap is the default of max_removals.
var DefaultCap = Cap{amount: 25, percentage: true}

// Cap limits how many different people one run may remove: a number, or a percentage of the organization's members.
// The zero value allows no removal.
type Cap struct {
	amount     int
	percentage bool
}

// ParseCap reads a configured cap. A text that does not match CapForm is an error.
func ParseCap(text string) (Cap, error) {
	digits, percentage := strings.CutSuffix(text, "%")
	amount, err := strconv.Atoi(digits)
	if err != nil || strconv.Itoa(amount) != digits || amount < 0 || percentage && (amount < 1 || amount > 100) {
		return Cap{}, errors.New("allowed is " + CapForm)
	}
	return Cap{amount: amount, percentage: percentage}, nil
}

// Allows returns how many people one run may remove in an organization with this number of members, including the caller. A
// percentage is rounded up and allows at least three people, or half of an organization smaller than six; 100% is no limit.
func (c Cap) Allows(members int) int {
	switch {
	case !c.percentage:
		return c.amount
	case c.amount == 100:
		return math.MaxInt
	}
	return max((members*c.amount+99)/100, min(3, members/2))
}

// String returns the cap as configured.
func (c Cap) String() string {
	if c.percentage {
		return fmt.Sprintf("%d%%", c.amount)
	}
	return strconv.Itoa(c.amount)
}
