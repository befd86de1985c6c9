package guard

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// CapForm says what ParseCap accepts, for descriptions and messages.
const CapForm = "a whole number from 0, such as 3, or a whole percentage from 1% to 100%, such as 25%"

// DefaultCap is the cap on removals of a configuration that sets none.
var DefaultCap = Cap{amount: 25, percentage: true}

// Cap is how many different people one run may remove: a number, or a percentage of the organization's members.
// The zero value allows nobody.
type Cap struct {
	amount     int
	percentage bool
}

// ParseCap reads a cap as it is configured. Anything but CapForm is an error.
func ParseCap(text string) (Cap, error) {
	digits, percentage := strings.CutSuffix(text, "%")
	amount, err := strconv.Atoi(digits)
	if err != nil || strconv.Itoa(amount) != digits || amount < 0 || percentage && (amount < 1 || amount > 100) {
		return Cap{}, errors.New("allowed is " + CapForm)
	}
	return Cap{amount: amount, percentage: percentage}, nil
}

// Allows returns how many of an organization's members, the caller counted, one run may remove. A percentage is rounded
// up and allows at least three people, or half of an organization smaller than six; 100% is no limit.
func (c Cap) Allows(members int) int {
	switch {
	case !c.percentage:
		return c.amount
	case c.amount == 100:
		return math.MaxInt
	}
	return max((members*c.amount+99)/100, min(3, members/2))
}

// String returns the cap as it is configured.
func (c Cap) String() string {
	if c.percentage {
		return fmt.Sprintf("%d%%", c.amount)
	}
	return strconv.Itoa(c.amount)
}
