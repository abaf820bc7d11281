package io.busbar.hub;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/**
 * An index of values by address or pattern. It is a tree of words: a search costs by the words of
 * the address, not by the number of patterns. Any thread may search; only one thread at a time may
 * change it.
 *
 * @param <T> type of the values; equal values of one pattern are kept once
 */
public final class AddressIndex<T> {
  /** A node of the tree, for one word. Any thread may read it; one thread at a time changes it. */
  private static final class Node<T> {
    private final boolean anyWords;
    private final Map<String, Node<T>> next = new ConcurrentHashMap<>(2);
    private final List<T> values = new CopyOnWriteArrayList<>();

    private Node(boolean anyWords) {
      this.anyWords = anyWords;
    }

    private boolean isEmpty() {
      return next.isEmpty() && values.isEmpty();
    }
  }

  private static final String ANY_WORD = "*";
  private static final String ANY_WORDS = "#";

  private final Node<T> root = new Node<>(false);

  public boolean isEmpty() {
    return root.isEmpty();
  }

  /** Adds a value for an address, or for all addresses that match a pattern. */
  public void add(String pattern, T value) {
    Node<T> node = root;
    for (String word : patternWords(pattern)) {
      node = node.next.computeIfAbsent(word, name -> new Node<>(name.equals(ANY_WORDS)));
    }
    if (!node.values.contains(value)) {
      node.values.add(value);
    }
  }

  /** Removes the value, and the nodes of the tree that are empty then. */
  public void remove(String pattern, T value) {
    remove(root, patternWords(pattern), 0, value);
  }

  private void remove(Node<T> node, List<String> words, int at, T value) {
    if (at == words.size()) {
      node.values.remove(value);
      return;
    }
    Node<T> next = node.next.get(words.get(at));
    if (next != null) {
      remove(next, words, at + 1, value);
      if (next.isEmpty()) {
        node.next.remove(words.get(at), next);
      }
    }
  }

  /** Passes on each value whose address is equal or whose pattern matches. */
  public void find(String address, Consumer<? super T> found) {
    ends(address).forEach(node -> node.values.forEach(found));
  }

  /** Returns whether a search would find a value. */
  public boolean has(String address) {
    return ends(address).stream().anyMatch(node -> !node.values.isEmpty());
  }

  private Set<Node<T>> ends(String address) {
    Set<Node<T>> here = new HashSet<>(4);
    enter(root, here);
    for (String word : words(address)) {
      Set<Node<T>> there = new HashSet<>(4);
      here.forEach(node -> step(node, word, there));
      if (there.isEmpty()) {
        return Set.of();
      }
      here = there;
    }
    return here;
  }

  private void step(Node<T> node, String word, Set<Node<T>> there) {
    if (node.anyWords) {
      enter(node, there);
    }
    Node<T> exact = node.next.get(word);
    if (exact != null && !isWild(word)) {
      enter(exact, there);
    }
    Node<T> any = word.isEmpty() || word.equals(ANY_WORDS) ? null : node.next.get(ANY_WORD);
    if (any != null) {
      enter(any, there);
    }
  }

  /** Adds the node, and its child for {@code #}, because that may stand for no word. */
  private void enter(Node<T> node, Set<Node<T>> there) {
    if (there.add(node)) {
      Node<T> anyWords = node.next.get(ANY_WORDS);
      if (anyWords != null) {
        enter(anyWords, there);
      }
    }
  }

  private static boolean isWild(String word) {
    return word.equals(ANY_WORD) || word.equals(ANY_WORDS);
  }

  private static String[] words(String address) {
    return address.split("\\.", -1);
  }

  /** Returns the words of a pattern; several {@code #} in a row mean the same as one. */
  private static List<String> patternWords(String pattern) {
    List<String> words = new ArrayList<>();
    for (String word : words(pattern)) {
      boolean again = word.equals(ANY_WORDS) && !words.isEmpty();
      if (!again || !words.get(words.size() - 1).equals(ANY_WORDS)) {
        words.add(word);
      }
    }
    return words;
  }
}
