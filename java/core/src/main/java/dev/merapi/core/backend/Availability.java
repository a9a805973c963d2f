package dev.merapi.core.backend;

/**
 * Whether a backend can be used on this machine, and why.
 *
 * @param usable whether {@link BackendProvider#open} will work
 * @param reason one line for people: the device and versions found, or what is missing
 */
public record Availability(boolean usable, String reason) {}
