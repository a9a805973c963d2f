/** Learning-rate schedules, as scalar expressions of the step. */
package dev.merapi.train.schedule;
